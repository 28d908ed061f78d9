/** Dashboards: list, get, create, update, delete, export (api/grafana.md §9 and §10). */
import { DashctlError } from '../../errors.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import { endlessList, mostPages, repeatedPage } from '../../http/paging.ts';
import { path } from '../../http/path.ts';
import type { Dashboard, DashboardDraft, DashboardQuery } from '../../model/dashboard.ts';
import { indentJson, memberText, sameJsonText, setMembers } from '../../model/json-text.ts';
import type { Fetched, Page } from '../../model/shape.ts';
import type { PlannedImage } from '../../model/image.ts';
import type { Outcome, WritePlan } from '../../model/write-plan.ts';
import type { DashboardCapability, ProviderWorld } from '../provider.ts';
import { backendOf } from './acl-backends.ts';
import { aclRef } from './acl-state.ts';
import type { GrafanaApi } from './api.ts';
import {
  dashboardState,
  documentOf,
  readDocument,
  saveBody,
  summaryOf,
  withDraft,
} from './dashboard-text.ts';
import type { FileDocument, Summary, Target } from './dashboard-text.ts';
import type { Generation } from './generation.ts';
import { isUid, readId } from './ids.ts';
import { dashboardFromRow, dashboardFromWire } from './map.ts';
import { findDashboard } from './objects.ts';
import type { FoundDashboard, GrafanaObject } from './objects.ts';
import type { PublicLinks } from './public-dashboards.ts';
import type { Session } from './session.ts';
import { parseWire, savedWire } from './wire.ts';
import type { SearchRow } from './wire.ts';

/** Rows per request; servers take up to 5000 (7.5.5). */
const defaultPageSize = 1000;
const largestPageSize = 5000;

/** How dashboards are written, for whoever has a document already. */
export interface DashboardPlanner {
  /** A folder by uid, numeric id or exact title. @throws DashctlError `not-found`, `ambiguous` */
  targetFolder(name: string): Promise<Target>;
  planNew(verb: string, file: FileDocument, target: Target): WritePlan<Fetched<Dashboard>>;
  /** Saves a document over a dashboard that was just read. */
  planSave(found: FoundDashboard, saved: Saved): Promise<WritePlan<Fetched<Dashboard>>>;
  planDelete(ids: readonly string[]): Promise<WritePlan<readonly Dashboard[]>>;
}

/** What a dashboard becomes. */
export interface Saved {
  readonly text: string;
  readonly target: Target;
  readonly notes: readonly string[];
  /** The server is expected to keep the document as it is sent. */
  readonly foreseen: boolean;
}

const general: Target = { folderId: 0, folderUid: '', folderTitle: null };

export function grafanaDashboards(
  world: ProviderWorld,
  api: GrafanaApi,
  session: Session,
  generation: () => Promise<Generation>,
  links: PublicLinks,
): DashboardCapability & DashboardPlanner {
  const { account } = world;

  async function* list(query: DashboardQuery): AsyncGenerator<Page<Dashboard>> {
    if (query.deleted) {
      throw new DashctlError('unsupported', 'Grafana keeps no trash: deleted dashboards are gone.', {
        hint: 'Leave --deleted out.',
      });
    }
    const open = query.shared === null ? null : await openLinks();
    const isShared = (row: SearchRow): boolean | null => (open === null ? null : open.has(row.uid ?? ''));
    const folder = query.folder === null ? null : await targetFolder(query.folder);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let found = 0;
    for await (const { rows, raw, last } of pages(query, folder)) {
      const matching = rows.filter((row) => matches(row, query, folder) && isShared(row) === query.shared);
      const items = matching.slice(0, left).map((row) => dashboardFromRow(account, row, isShared(row)));
      found += matching.length;
      left -= items.length;
      yield { items, raw, ...(last && { total: found }) };
      if (left <= 0) return;
    }
  }

  /**
   * Uids of the dashboards that a link shows to anyone now. The search does not say it; a dashboard does, and by its word
   * a paused link does not count.
   */
  async function openLinks(): Promise<ReadonlySet<string>> {
    const open = new Set<string>();
    for await (const { rows } of links.pages()) {
      for (const row of rows) if (row.isEnabled) open.add(row.dashboardUid);
    }
    return open;
  }

  /**
   * Pages until one is short, each row once. 5.0 beta answers every page with the first one: then one request for the
   * largest page stands in, and if that is full too, the list is incomplete.
   */
  async function* pages(query: DashboardQuery, folder: Target | null) {
    const asked = {
      type: 'dash-db' as const,
      ...(query.search === null ? {} : { query: query.search }),
      tags: query.tags,
      folderId: folder?.folderId ?? null,
      folderUid: folder === null ? null : folder.folderId === 0 ? 'general' : folder.folderUid,
    };
    const seen = new Set<string>();
    let limit = Math.min(query.pageSize ?? defaultPageSize, largestPageSize);
    for (let page = 1; page <= mostPages; page += 1) {
      const { rows, raw } = await api.search({ ...asked, limit, page });
      const fresh = rows.filter((row) => !seen.has(rowKey(row)));
      for (const row of fresh) seen.add(rowKey(row));
      const repeats = page > 1 && rows.length > 0 && fresh.length === 0;
      if (!repeats) {
        const last = rows.length < limit;
        yield { rows: fresh, raw, last };
        if (last) return;
      } else if (limit < largestPageSize) {
        limit = largestPageSize;
        page = 0;
      } else {
        throw repeatedPage(seen.size);
      }
    }
    throw endlessList(seen.size);
  }

  async function get(id: string): Promise<Fetched<Dashboard>> {
    const { wire, answer } = await findDashboard(api, id);
    return { value: dashboardFromWire(account, wire), raw: answer.body };
  }

  /**
   * A folder by uid or title, compared exactly; General is the root.
   * @throws DashctlError `not-found`, `ambiguous`
   */
  async function targetFolder(name: string): Promise<Target> {
    if (name === '0' || name.toLowerCase() === 'general') return general;
    const { rows } = await api.search({ type: 'dash-folder', limit: largestPageSize });
    const folders = rows.filter((row) => row.type === 'dash-folder');
    const byUid = folders.filter(
      (row) => row.uid === name || (readId(name) !== null && row.id === readId(name)),
    );
    const found = byUid.length > 0 ? byUid : folders.filter((row) => row.title === name);
    const [first, second] = found;
    if (first === undefined) {
      throw new DashctlError(
        'not-found',
        `There is no folder ${JSON.stringify(name)}, or you may not see it.`,
        {
          hint: 'Give the uid or the exact title of the folder, or General.',
          details: { folders: folders.map((row) => row.title) },
        },
      );
    }
    if (second !== undefined) {
      const uids = found.map((row) => row.uid ?? String(row.id ?? ''));
      throw new DashctlError('ambiguous', `${JSON.stringify(name)} names ${found.length} folders.`, {
        hint: `Give the uid of one: ${uids.join(', ')}.`,
        details: { candidates: uids },
      });
    }
    return { folderId: first.id, folderUid: first.uid, folderTitle: first.title };
  }

  async function planCreate(draft: DashboardDraft): Promise<WritePlan<Fetched<Dashboard>>> {
    await session.verifyOrg();
    const file = draft.body === null ? null : readDocument(draft.body);
    if (file === null && draft.title === null) {
      throw new DashctlError('missing-input', 'A new dashboard needs a title.', {
        hint: 'Give --title TEXT, or a whole document with --file FILE.',
      });
    }
    const target = draft.folder === null ? general : await targetFolder(draft.folder);
    const base: FileDocument = file ?? { text: blankDashboard, uid: null, notes: [] };
    return planNew('Create', { ...base, text: withDraft(base.text, draft) }, target);
  }

  async function planClone(id: string, title: string): Promise<WritePlan<Fetched<Dashboard>>> {
    await session.verifyOrg();
    const { object, answer } = await findDashboard(api, id);
    if (object.kind === 'folder') refuseFolder(object);
    const text = setMembers(documentOf(answer), { title, uid: null });
    const notes = ['The copy has no permissions of its own; those of its folder or the defaults apply.'];
    return planNew('Copy', { text, uid: null, notes }, placeOf(object));
  }

  function planNew(verb: string, file: FileDocument, target: Target): WritePlan<Fetched<Dashboard>> {
    if (file.uid !== null && !isUid(file.uid)) {
      throw new DashctlError(
        'invalid-input',
        `The body has the uid ${JSON.stringify(file.uid)}, which Grafana does not take.`,
        {
          hint: 'A uid has at most 40 letters, digits, - and _. Without one the server makes one.',
        },
      );
    }
    const document = setMembers(file.text, { id: null, version: 0, ...titleAsKept(file.text) });
    const { title } = summaryOf(document, null);
    if (title.trim() === '') throw new DashctlError('invalid-input', 'A dashboard needs a title.');
    /** Uids of the dashboards that have the title already. */
    let earlier: ReadonlySet<string> | null = null;
    const namesakes = async (): Promise<readonly string[]> => {
      const { rows } = await api.search({ type: 'dash-db', query: title, limit: largestPageSize });
      return rows.flatMap((row) => (row.title === title && row.uid != null ? [row.uid] : []));
    };
    /** The one that was made, by its title and content; null when none is there, {@link unclear} when several are. */
    const made = async (): Promise<string | typeof unclear | null> => {
      const known = earlier;
      if (known === null) return unclear;
      const fresh = (await namesakes()).filter((uid) => !known.has(uid));
      const [only] = fresh;
      if (only === undefined || fresh.length > 1) return only === undefined ? null : unclear;
      return holds(documentOf((await findDashboard(api, only)).answer), document) ? only : unclear;
    };
    return {
      title: `${verb} dashboard "${title}"`,
      resources: [],
      risk: 'plain',
      confirm: null,
      guards: [],
      notes: file.notes,
      before: null,
      after: summaryOf(document, target.folderTitle),
      steps: [saveRequest(document, target)],
      undo: { kind: 'exact', why: null },
      images: [{ ref: null, kind: 'dashboard', expected: dashboardState(document, target) }],
      ...(file.uid === null && {
        // A lost answer takes the uid with it: what comes in addition is the new one.
        unchanged: async () => {
          earlier = new Set(await namesakes());
        },
      }),
      async finish(answers) {
        const uid = file.uid ?? told(answers[0]) ?? (await made());
        if (uid === null || uid === unclear || !isUid(uid)) {
          throw new DashctlError('bad-answer', `The server saved "${title}" but did not tell its uid.`, {
            hint: 'Look for it with dashctl dashboards list --search.',
          });
        }
        const outcome = verified(await findDashboard(api, uid), document, []);
        return { ...outcome, created: [{ kind: 'dashboard', id: uid }] };
      },
      async settle() {
        if (file.uid === null) {
          const found = await made();
          return found === null ? 'not-applied' : found === unclear ? 'unknown' : 'applied';
        }
        const found = await api.dashboard(file.uid);
        return found === null ? 'not-applied' : 'unknown';
      },
    };
  }

  async function planUpdate(id: string, draft: DashboardDraft): Promise<WritePlan<Fetched<Dashboard>>> {
    await session.verifyOrg();
    const found = await findDashboard(api, id);
    const { object } = found;
    if (object.kind === 'folder') refuseFolder(object);
    const current = documentOf(found.answer);
    const file = draft.body === null ? null : readDocument(draft.body);
    const text = withDraft(file?.text ?? current, draft);
    const notes = [...(file?.notes ?? [])];
    if (file !== null) notes.push('The whole document is replaced.');
    if (file?.uid != null && file.uid !== object.uid) {
      notes.push(`The body was read from ${file.uid}; it is saved as ${object.uid ?? String(object.id)}.`);
    }
    const target = draft.folder === null ? placeOf(object) : await targetFolder(draft.folder);
    // What a file says may be completed by the server, and a member that is new may get another place.
    const named = { title: draft.title, description: draft.description, tags: draft.tags };
    const inPlace = Object.entries(named).every(
      ([name, value]) => value === null || memberText(current, [name]) !== null,
    );
    return planSave(found, { text, target, notes, foreseen: file === null && inPlace });
  }

  async function planSave(
    found: FoundDashboard,
    { text, target, notes: said, foreseen }: Saved,
  ): Promise<WritePlan<Fetched<Dashboard>>> {
    const { object, wire } = found;
    refuseProvisioned(found);
    const id = object.uid ?? String(object.id);
    const current = documentOf(found.answer);
    const here = placeOf(object);
    const owned = { id: wire.dashboard.id, uid: wire.dashboard.uid, version: wire.dashboard.version };
    const document = setMembers(text, { ...owned, ...titleAsKept(text) });
    const same =
      sameJsonText(document, current) &&
      target.folderId === here.folderId &&
      target.folderUid === here.folderUid;
    const notes = [...said];
    const reopens = !same && (await reopensBySaving(object));
    if (reopens) {
      notes.push(
        `The own permissions of "${object.title}" are empty. On this server saving it brings the defaults back: Viewers see it again, Editors edit it.`,
      );
    }
    const ref = `${account.profile}/${id}`;
    return {
      title: `Update dashboard "${object.title}"`,
      resources: [ref],
      risk: reopens ? 'exposing' : 'plain',
      confirm: null,
      guards: [],
      notes,
      before: summaryOf(current, here.folderTitle),
      after: summaryOf(document, target.folderTitle),
      steps: same ? [] : [saveRequest(document, target)],
      undo: { kind: 'exact', why: null },
      images: [
        {
          ref: { kind: 'dashboard', id },
          kind: 'dashboard',
          before: { state: dashboardState(current, here) },
          ...(foreseen ? { expected: dashboardState(document, target) } : {}),
        },
        ...(reopens ? [{ ref: aclRef(object), kind: 'acl' as const }] : []),
      ],
      async unchanged() {
        const now = await findDashboard(api, id);
        if (
          now.wire.dashboard.version === wire.dashboard.version &&
          now.wire.meta.folderId === wire.meta.folderId
        )
          return;
        throw new DashctlError(
          'conflict',
          `Dashboard "${object.title}" was changed by someone else meanwhile.`,
          {
            hint: 'Look at it again, then repeat the command.',
          },
        );
      },
      async finish() {
        const now = await findDashboard(api, object.uid ?? id);
        if (same) return verified(now, current, []);
        const after = reopens && !(await reopensBySaving(object));
        return verified(
          now,
          document,
          after
            ? [
                `The defaults of Grafana apply to "${object.title}" again. Lock it anew with dashctl acl set ${ref}.`,
              ]
            : [],
        );
      },
      async settle() {
        const now = await findDashboard(api, object.uid ?? id);
        if (now.wire.dashboard.version === wire.dashboard.version) return 'not-applied';
        return holds(documentOf(now.answer), document) ? 'applied' : 'unknown';
      },
    };
  }

  /** Whether the own list is empty on a server where the next save ends that (api/grafana.md §6.5). */
  async function reopensBySaving(object: GrafanaObject): Promise<boolean> {
    const backend = backendOf(api, await generation());
    if (!backend.savingReopens) return false;
    try {
      const { entries } = await backend.read(object);
      return !entries.some((entry) => entry.origin === 'own' || entry.origin === 'default');
    } catch (error) {
      if (!(error instanceof DashctlError) || error.code !== 'not-allowed') throw error;
      world.warn(
        `You may not read the permissions of "${object.title}". If its list is empty, saving reopens it.`,
      );
      return false;
    }
  }

  async function planDelete(ids: readonly string[]): Promise<WritePlan<readonly Dashboard[]>> {
    await session.verifyOrg();
    const found = await findAll(ids);
    const notes: string[] = [
      'Grafana has no trash: versions, stars, permissions and public links go with it.',
    ];
    let inside = 0;
    const images: PlannedImage[] = [];
    for (const one of found) {
      refuseProvisioned(one);
      images.push(...imagesOfDeleted(one));
      if (one.object.kind !== 'folder') continue;
      const contents = await contentsOf(one.object);
      inside += contents.length;
      for (const { uid } of contents) if (uid !== null && isUid(uid)) images.push(...imagesOfDashboard(uid));
      if (contents.length > 0) {
        notes.push(
          `The folder "${one.object.title}" holds ${contents.length} dashboards that go too: ${contents.map((row) => row.title).join(', ')}.`,
        );
      }
    }
    const dashboards = found.map((one) => dashboardFromWire(account, one.wire));
    const [only] = dashboards;
    const single = dashboards.length === 1 && only !== undefined;
    return {
      title: single ? `Delete dashboard "${only.title}"` : `Delete ${dashboards.length} dashboards`,
      resources: dashboards.map((one) => one.ref),
      risk: single && inside === 0 ? 'destructive' : 'severe',
      confirm: single ? only.title : String(dashboards.length),
      guards: [],
      notes,
      before: dashboards.map((one) => ({ ...one })),
      after: null,
      steps: found.map((one) => deleteRequest(one.object)),
      undo: {
        kind: 'lossy',
        why: 'The same uid and permissions can be set again; versions and stars are gone.',
      },
      images,
      async finish() {
        const left = await remaining(found);
        if (left.length === 0) return { value: dashboards, raw: null, notes: [] };
        throw new DashctlError('conflict', `Still there after the deletion: ${left.join(', ')}.`, {
          hint: 'Look at them with dashctl dashboards get.',
        });
      },
      async settle() {
        const left = await remaining(found);
        if (left.length === 0) return 'applied';
        return left.length === found.length ? 'not-applied' : 'unknown';
      },
    };
  }

  async function findAll(ids: readonly string[]): Promise<FoundDashboard[]> {
    const results = await Promise.allSettled([...new Set(ids)].map((id) => findDashboard(api, id)));
    const found: FoundDashboard[] = [];
    const missing: string[] = [];
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') {
        if (!found.some((one) => one.object.uid === result.value.object.uid)) found.push(result.value);
      } else if (result.reason instanceof DashctlError && result.reason.code === 'not-found') {
        missing.push(ids[index] ?? '');
      } else throw result.reason;
    }
    if (missing.length === 0) return found;
    throw new DashctlError('not-found', `There is no dashboard ${missing.join(', ')}; nothing was changed.`, {
      hint: 'List what you may see: dashctl dashboards list.',
      details: { missing },
    });
  }

  async function contentsOf(folder: GrafanaObject): Promise<readonly SearchRow[]> {
    const { rows } = await api.search({ folderId: folder.id, folderUid: folder.uid, limit: largestPageSize });
    return rows.filter((row) =>
      inFolder(row, { folderId: folder.id, folderUid: folder.uid, folderTitle: folder.title }),
    );
  }

  async function remaining(found: readonly FoundDashboard[]): Promise<string[]> {
    const left = await Promise.all(
      found.map(async ({ object }) =>
        (await api.dashboard(object.uid ?? '')) === null ? null : object.title,
      ),
    );
    return left.filter((title) => title !== null);
  }

  function verified(
    now: FoundDashboard,
    sent: string,
    notes: readonly string[],
  ): Outcome<Fetched<Dashboard>> {
    if (!holds(documentOf(now.answer), sent)) {
      throw new DashctlError(
        'conflict',
        `Grafana kept the dashboard "${now.object.title}" differently from what was sent.`,
        {
          hint: 'Someone may have saved it at the same time: look at it with dashctl dashboards get.',
        },
      );
    }
    const raw = now.answer.body;
    return { value: { value: dashboardFromWire(account, now.wire), raw }, raw, notes };
  }

  return {
    page: `${account.webUrl ?? account.baseUrl}/dashboards`,
    list,
    get,
    planCreate,
    planUpdate,
    planDelete,
    planClone,
    targetFolder,
    planNew,
    planSave,
    exportText: async (id) => indentJson(documentOf((await findDashboard(api, id)).answer)),
  };
}

/** Several dashboards may be the one that was made. */
const unclear = Symbol('unclear');

/** The uid in the answer to a save; null when it cannot be read. */
function told(answer: HttpResponse | undefined): string | null {
  if (answer === undefined) return null;
  try {
    return parseWire(savedWire, answer, 'the saved dashboard').uid ?? null;
  } catch (error) {
    if (error instanceof DashctlError) return null;
    throw error;
  }
}

/** A dashboard as an empty editor would save it. */
const blankDashboard = JSON.stringify({ title: '', tags: [], schemaVersion: 16, panels: [] });

/** Where a dashboard stands now. */
export function placeOf({ parent }: GrafanaObject): Target {
  return parent === null
    ? general
    : { folderId: parent.id, folderUid: parent.uid, folderTitle: parent.title };
}

/** In this order it comes back: what belongs to a dashboard after the dashboard. */
function imagesOfDashboard(id: string): readonly PlannedImage[] {
  return [
    { ref: { kind: 'dashboard', id }, kind: 'dashboard', expected: null },
    { ref: { kind: 'acl', id }, kind: 'acl', expected: null },
    { ref: { kind: 'shares', id }, kind: 'shares', expected: null },
  ];
}

function imagesOfDeleted({ object, answer }: FoundDashboard): readonly PlannedImage[] {
  const id = object.uid ?? String(object.id);
  if (object.kind === 'folder') {
    return [
      { ref: { kind: 'folder', id }, kind: 'folder', expected: null },
      { ref: aclRef(object), kind: 'acl', expected: null },
    ];
  }
  const state = dashboardState(documentOf(answer), placeOf(object));
  return imagesOfDashboard(id).map((one) => (one.kind === 'dashboard' ? { ...one, before: { state } } : one));
}

function refuseFolder(object: GrafanaObject): never {
  throw new DashctlError('invalid-input', `"${object.title}" is a folder, not a dashboard.`, {
    hint: 'Give a dashboard.',
  });
}

function saveRequest(document: string, target: Target): HttpRequest {
  return { method: 'POST', path: path`/api/dashboards/db`, body: saveBody(document, target) };
}

function deleteRequest(object: GrafanaObject): HttpRequest {
  if (object.uid === null) {
    throw new DashctlError('unsupported', `"${object.title}" has no uid that may stand in an address.`, {
      hint: 'Delete it in Grafana.',
    });
  }
  // Gone already is what was asked for; the read-back decides.
  return { method: 'DELETE', path: path`/api/dashboards/uid/${object.uid}`, accept: [404] };
}

/** Grafana cuts the white space around a title off. */
function titleAsKept(document: string): { readonly title?: string } {
  const { title } = summaryOf(document, null);
  return title === title.trim() ? {} : { title: title.trim() };
}

/** Title, description and tags say whether a save arrived; the server fills in and drops other members. */
export function holds(document: string, sent: string): boolean {
  const pick = ({ title, description, tags }: Summary): string =>
    JSON.stringify([title, description ?? '', tags.toSorted()]);
  return pick(summaryOf(document, null)) === pick(summaryOf(sent, null));
}

function refuseProvisioned({ wire, object }: FoundDashboard): void {
  if (wire.meta.provisioned !== true) return;
  throw new DashctlError(
    'refused',
    `"${object.title}" is provisioned from a file; the server refuses to change it.`,
    {
      hint: 'Change or remove the file that provisions it.',
    },
  );
}

/** Servers ignore filters that they do not know, and take % in the text as a wildcard: rows are compared here. */
function matches(row: SearchRow, query: DashboardQuery, folder: Target | null): boolean {
  if (row.type !== null && row.type !== 'dash-db') return false;
  if (query.search !== null && !row.title.toLowerCase().includes(query.search.toLowerCase())) return false;
  if (!query.tags.every((tag) => row.tags.includes(tag))) return false;
  return folder === null || inFolder(row, folder);
}

function inFolder(row: SearchRow, folder: Target): boolean {
  const uid = row.folderUid === '' || row.folderUid === 'general' ? null : row.folderUid;
  if (folder.folderId === 0) return uid === null && (row.folderId ?? 0) === 0;
  return uid !== null ? uid === folder.folderUid : row.folderId !== null && row.folderId === folder.folderId;
}

function rowKey(row: SearchRow): string {
  return row.uid ?? `#${row.id ?? ''}`;
}
