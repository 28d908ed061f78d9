/** Dashboards: list, get, create, change, delete, restore, copy, export (api/posthog.md §6). */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Dashboard, DashboardDraft, DashboardQuery } from '../../model/dashboard.ts';
import {
  indentJson,
  jsonObjectText,
  memberText,
  removeMembers,
  sameJsonText,
  setMembers,
  setMemberText,
} from '../../model/json-text.ts';
import type { Fetched, Json, Page } from '../../model/shape.ts';
import type { Outcome, Risk, WritePlan } from '../../model/write-plan.ts';
import type { DashboardCapability, DeleteOptions } from '../provider.ts';
import {
  changeDashboardRequest,
  createDashboardRequest,
  dashboardPages,
  findDashboard,
  getDashboard,
  pageSize,
  peekSharing,
} from './api.ts';
import type { Answered } from './api.ts';
import type { PosthogContext } from './context.ts';
import { readDashboardId } from './ids.ts';
import { changed, dashboardState, imageRef, undoOfChange } from './image-state.ts';
import { everyone, invited, refOf, toDashboard } from './map.ts';
import type { Place } from './places.ts';
import { dashboardWire, readAs } from './wire.ts';
import type { DashboardWire } from './wire.ts';

export function dashboardCapability(context: PosthogContext): DashboardCapability {
  const { webUrl, settings } = context.account;
  const { project = '' } = settings;
  return {
    // Without a project PostHog shows the one that is open.
    page: webUrl === null ? null : `${webUrl}${/^\d+$/.test(project) ? `/project/${project}` : ''}/dashboard`,
    draftExtras: ['template', 'useDashboard', 'pinned', 'restriction'],
    deletesInsights: true,
    list: (query) => list(context, query),
    get: (id) => get(context, id),
    planCreate: (draft) => planCreate(context, draft),
    planUpdate: (id, draft) => planUpdate(context, id, draft),
    planDelete: (ids, options) => planDelete(context, ids, options),
    planRestore: (ids) => planRestore(context, ids),
    planClone: (id, title) => planClone(context, id, title),
    exportText: async (id) =>
      indentJson((await getDashboard(context, await context.places.dashboard(id))).response.text()),
  };
}

// Reading

async function* list(context: PosthogContext, query: DashboardQuery): AsyncGenerator<Page<Dashboard>> {
  refuseFilters(query);
  const project = await context.places.home();
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  const size = Math.min(query.pageSize ?? pageSize, Math.max(1, narrow(query) ? pageSize : left));
  // Unlisted ones are hidden from ordinary lists; whoever looks for links wants them too.
  for (const mode of query.shared === true ? [null, 'unlisted'] : [null]) {
    for await (const { wire, response, count } of dashboardPages(context, project, {
      size,
      tags: query.tags,
      mode,
    })) {
      const matching = wire
        .map((one) => toDashboard(one, context.account, context.places.at(project, one.id)))
        .filter((one) => matches(one, query));
      const items = matching.slice(0, left);
      left -= items.length;
      // What is filtered here, the server has not counted.
      yield { items, raw: response.body, ...(count !== null && !filtered(query) && { total: count }) };
      if (left <= 0) return;
    }
  }
}

function refuseFilters(query: DashboardQuery): void {
  if (query.folder !== null) {
    throw new DashctlError('unsupported', 'dashctl does not know the folders of PostHog.', {
      hint: 'Use --tag TAG or --search TEXT.',
    });
  }
  if (query.deleted) {
    throw new DashctlError('unsupported', 'PostHog does not list deleted dashboards.', {
      hint: 'Whoever has the id can restore it: dashctl dashboards restore ID.',
    });
  }
}

/** Whether the server counts other rows than those that are shown. */
function filtered(query: DashboardQuery): boolean {
  return narrow(query) || query.tags.length > 0;
}

/** Whether rows are left out here, so that a small page would not do. */
function narrow(query: DashboardQuery): boolean {
  return query.search !== null || query.shared !== null || query.tags.length > 1;
}

/** The server's search is fuzzy and takes any of several tags: rows are compared here. */
function matches(one: Dashboard, query: DashboardQuery): boolean {
  return (
    (query.search === null || one.title.toLowerCase().includes(query.search.toLowerCase())) &&
    (query.shared === null || one.shared === query.shared) &&
    query.tags.every((tag) => one.tags?.includes(tag.toLowerCase()) === true)
  );
}

async function get(context: PosthogContext, id: string): Promise<Fetched<Dashboard>> {
  const place = await context.places.dashboard(id);
  const { wire, response } = await getDashboard(context, place);
  return { value: toDashboard(wire, context.account, place), raw: response.body };
}

// Creating

async function planCreate(
  context: PosthogContext,
  draft: DashboardDraft,
): Promise<WritePlan<Fetched<Dashboard>>> {
  refuseForeignFields(draft);
  const { template = null, useDashboard = null } = draft;
  if (template !== null && useDashboard !== null) {
    throw new DashctlError('usage', '--template and --use-dashboard exclude each other.', {
      hint: 'Start from one of them.',
    });
  }
  const project = await context.places.home();
  const fromFile = draft.body === null ? { text: '{}', notes: [] } : sendable(draft.body, 'POST');
  const source = useDashboard === null ? null : await sourceIn(context, project, useDashboard);
  const text = setMembers(fromFile.text, {
    ...membersOf(draft),
    ...(template === null ? {} : { use_template: template }),
    ...(source === null ? {} : { use_dashboard: source }),
  });
  if (memberText(text, ['name']) === null) {
    throw new DashctlError('missing-input', 'A new dashboard needs a title.', {
      hint: 'Give --title TEXT, or a document with a name by --file FILE.',
    });
  }
  return planNew(context, project, text, fromFile.notes, 'Create');
}

/** A dashboard of the same project. @throws DashctlError `invalid-input` for one of another */
async function sourceIn(context: PosthogContext, project: number, id: string): Promise<number> {
  // A reference of this very account may stand here too.
  const own = `${context.account.profile}/`;
  const place = await context.places.dashboard(id.startsWith(own) ? id.slice(own.length) : id);
  if (place.project === project) return place.id;
  throw new DashctlError('invalid-input', `Dashboard ${id} belongs to another project.`, {
    hint: 'PostHog copies within one project only.',
  });
}

async function planClone(
  context: PosthogContext,
  id: string,
  title: string,
): Promise<WritePlan<Fetched<Dashboard>>> {
  const place = await context.places.dashboard(id);
  await getDashboard(context, place);
  return planNew(
    context,
    place.project,
    JSON.stringify({ name: title, use_dashboard: place.id }),
    [
      'The copy shows the same insights: whoever changes one changes it on both dashboards.',
      'Tags, link and access rules are not copied.',
    ],
    'Copy',
  );
}

function planNew(
  context: PosthogContext,
  project: number,
  body: string,
  notes: readonly string[],
  verb: string,
): WritePlan<Fetched<Dashboard>> {
  const { account, clock } = context;
  const placed = (id: number): Place => context.places.at(project, id);
  const name = titleIn(body);
  const plannedAt = clock.now();
  let found: number | null = null;
  const made = (place: Place, answered: Answered<DashboardWire>): Outcome<Fetched<Dashboard>> => ({
    ...outcome(context, place, answered, body),
    created: [imageRef('dashboard', place)],
  });
  return {
    title: `${verb} dashboard "${name}"`,
    resources: [],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes,
    before: null,
    after: summaryOf(body),
    steps: [createDashboardRequest(context, project, body)],
    undo: makesInsights(body)
      ? { kind: 'lossy', why: 'The dashboard goes to the trash again; the insights that came with it stay.' }
      : { kind: 'exact', why: null },
    images: [
      { ref: null, kind: 'dashboard', before: { state: null }, expected: dashboardState(body, project) },
    ],
    async finish(answers) {
      const [answer] = answers;
      const told = answer === undefined ? null : dashboardIn(answer);
      if (told !== null && answer !== undefined) {
        return made(placed(told.id), { wire: told, response: answer });
      }
      const id = found ?? (await createdSince(context, project, name, plannedAt))[0];
      if (id === undefined) {
        throw new DashctlError(
          'bad-answer',
          `PostHog accepted the dashboard "${name}" but did not show it.`,
          {
            hint: `Look for it with dashctl dashboards list --profile ${account.profile}.`,
          },
        );
      }
      return made(placed(id), await getDashboard(context, placed(id)));
    },
    async settle() {
      const since = await createdSince(context, project, name, plannedAt);
      if (since.length > 1) return 'unknown';
      found = since[0] ?? null;
      return found === null ? 'not-applied' : 'applied';
    },
  };
}

/** Whether a creation also makes insights: those of a template, or copies. */
function makesInsights(body: string): boolean {
  const template = memberText(body, ['use_template']);
  return (template !== null && template !== '""') || memberText(body, ['duplicate_tiles']) === 'true';
}

/** Ids of dashboards of that name that were created since a moment of our clock; the server's clock is allowed for. */
export async function createdSince(
  context: PosthogContext,
  project: number,
  name: string,
  since: number,
): Promise<readonly number[]> {
  const found: number[] = [];
  const ask = { size: pageSize, tags: [], mode: null };
  for await (const { wire, response } of dashboardPages(context, project, ask)) {
    const serverTime = Date.parse(response.headers['date'] ?? '');
    const ahead = Number.isNaN(serverTime) ? 0 : serverTime - context.clock.now();
    // The Date header has whole seconds.
    const from = since + ahead - 2_000;
    for (const one of wire) {
      if (one.name === name && Date.parse(one.created_at ?? '') >= from) found.push(one.id);
    }
  }
  return found;
}

// Changing

async function planUpdate(
  context: PosthogContext,
  id: string,
  draft: DashboardDraft,
): Promise<WritePlan<Fetched<Dashboard>>> {
  refuseForeignFields(draft);
  if ((draft.template ?? null) !== null || (draft.useDashboard ?? null) !== null) {
    throw new DashctlError('usage', 'A template and --use-dashboard are for new dashboards.', {
      hint: 'Use dashctl dashboards create or clone.',
    });
  }
  const place = await context.places.dashboard(id);
  const { wire, response } = await getDashboard(context, place);
  const current = response.text();
  const fromFile = draft.body === null ? { text: '{}', notes: [] } : sendable(draft.body, 'PATCH');
  const asked = setMembers(fromFile.text, membersOf(draft));
  const text = removeMembers(asked, (at) => at.length === 1 && holds(current, asked, String(at[0]))).text;
  const nothing = Object.keys(JSON.parse(text) as object).length === 0;
  const before = dashboardState(current, place.project);
  const after = dashboardState(effectOf(text, current), place.project);
  return {
    title: `Update dashboard "${wire.name ?? ''}"`,
    resources: [refOf(context.account, place)],
    risk: riskOf(wire.restriction_level, text),
    confirm: null,
    guards: [],
    notes: [...fromFile.notes, ...restrictionNotes(text)],
    before: summaryOf(current),
    after: summaryOf(setMembers(current, JSON.parse(text) as Record<string, Json>)),
    steps: nothing ? [] : [changeDashboardRequest(context, place, text)],
    undo: undoOfChange(before, after),
    images: [
      // Which tiles a body leaves is the server's to say.
      changed(imageRef('dashboard', place), before, memberText(text, ['tiles']) === null ? after : undefined),
    ],
    async unchanged() {
      const now = (await getDashboard(context, place)).response.text();
      if (Object.keys(JSON.parse(text) as object).every((name) => same(now, current, name))) return;
      throw new DashctlError(
        'conflict',
        `Dashboard "${wire.name ?? ''}" was changed by someone else meanwhile.`,
        { hint: 'Look at it again, then repeat the command.' },
      );
    },
    async finish(answers) {
      const [answer] = answers;
      const told = answer === undefined ? null : dashboardIn(answer);
      const seen =
        told !== null && answer !== undefined
          ? { wire: told, response: answer }
          : await getDashboard(context, place);
      return outcome(context, place, seen, text);
    },
    async settle() {
      const now = (await getDashboard(context, place)).response.text();
      const names = Object.keys(JSON.parse(text) as object);
      if (names.every((name) => holds(now, text, name))) return 'applied';
      return names.every((name) => same(now, current, name)) ? 'not-applied' : 'unknown';
    },
  };
}

/** The document after a change; empty filters and variables change nothing. */
function effectOf(change: string, current: string): string {
  return Object.keys(JSON.parse(change) as object).reduce((document, name) => {
    const value = memberText(change, [name]) ?? 'null';
    const ignored = ['filters', 'variables'].includes(name) && value.replace(/\s/g, '') === '{}';
    return ignored ? document : setMemberText(document, name, value);
  }, current);
}

/** Opening up editing shows nothing new but lets more people in; closing it takes rights away. */
export function riskOf(before: number | null, change: string): Risk {
  const after = memberText(change, ['restriction_level']);
  if (after === null || Number(after) === before) return 'plain';
  return Number(after) > (before ?? everyone) ? 'destructive' : 'exposing';
}

export function restrictionNotes(change: string): readonly string[] {
  switch (memberText(change, ['restriction_level'])) {
    case String(invited):
      return [
        'Only its author, admins and collaborators can change it from now on: dashctl acl grant names collaborators.',
      ];
    case String(everyone):
      return ['Everyone in the project can change it again; its list of collaborators rests.'];
    default:
      return [];
  }
}

// What is sent and what was kept

/** What a dashboard takes; everything else is ignored by the server without a word (§6.2). */
const writable = new Set([
  'name',
  'description',
  'pinned',
  'tags',
  'restriction_level',
  'filters',
  'variables',
  'breakdown_colors',
  'data_color_theme_id',
  'quick_filter_ids',
]);
const onlyNew = new Set(['use_template', 'use_dashboard', 'duplicate_tiles', '_create_in_folder']);

/** A document from a file, without what the server owns. */
function sendable(
  body: string,
  method: 'POST' | 'PATCH',
): { readonly text: string; readonly notes: readonly string[] } {
  const { text, removed } = removeMembers(jsonObjectText(body, 'The body'), (at) => {
    const name = String(at[0]);
    if (at.length > 1 || writable.has(name)) return false;
    return method === 'POST' ? !onlyNew.has(name) : name !== 'tiles';
  });
  const names = removed.map((at) => String(at[0]));
  const notes = names.length === 0 ? [] : [`Not sent, because the server takes none: ${names.join(', ')}.`];
  if (!names.includes('tiles')) return { text, notes };
  return {
    text,
    notes: [...notes, 'A new dashboard starts without tiles: copy one with --use-dashboard instead.'],
  };
}

function membersOf(draft: DashboardDraft): Readonly<Record<string, Json>> {
  const { title, description, tags, pinned = null, restriction = null } = draft;
  return {
    ...(title === null ? {} : { name: title }),
    ...(description === null ? {} : { description }),
    ...(tags === null ? {} : { tags }),
    ...(pinned === null ? {} : { pinned }),
    ...(restriction === null ? {} : { restriction_level: restriction === 'invited' ? invited : everyone }),
  };
}

function refuseForeignFields(draft: DashboardDraft): void {
  if (draft.folder !== null) {
    throw new DashctlError('unsupported', 'dashctl does not know the folders of PostHog.', {
      hint: 'Leave --folder out; tags group dashboards.',
    });
  }
  if (draft.layout !== null) {
    throw new DashctlError('unsupported', 'Dashboards of PostHog have no layout to choose.', {
      hint: 'Leave --layout out.',
    });
  }
}

/** Whether a document holds a member as it was sent; the server writes tags in lower case, each once. */
function holds(document: string, sent: string, name: string): boolean {
  const kept = memberText(document, [name]);
  const asked = memberText(sent, [name]);
  if (asked === null || kept === null) return asked === kept;
  if (name !== 'tags') return sameJsonText(kept, asked);
  return sameJsonText(tagSet(kept), tagSet(asked));
}

function tagSet(text: string): string {
  const tags: unknown = JSON.parse(text);
  const words = Array.isArray(tags) ? tags.map((tag) => String(tag).trim().toLowerCase()) : [];
  return JSON.stringify([...new Set(words)].toSorted());
}

function same(left: string, right: string, name: string): boolean {
  const [a, b] = [memberText(left, [name]), memberText(right, [name])];
  return a === null || b === null ? a === b : sameJsonText(a, b);
}

/**
 * The outcome as the server tells it. What it dropped without a word is said; a title or rights that did not arrive are
 * an error.
 * @throws DashctlError `conflict`
 */
function outcome(
  context: PosthogContext,
  place: Place,
  { wire, response }: Answered<DashboardWire>,
  sent: string,
): Outcome<Fetched<Dashboard>> {
  const document = response.text();
  const asked = Object.keys(JSON.parse(sent) as object).filter((name) => !onlyNew.has(name));
  const lost = asked.filter((name) => !holds(document, sent, name));
  const [firm] = lost.filter((name) => ['name', 'description', 'pinned', 'restriction_level'].includes(name));
  if (firm !== undefined) {
    throw new DashctlError(
      'conflict',
      `PostHog kept the ${firm} of the dashboard differently from what was sent.`,
      {
        hint: `Compare with dashctl dashboards export ${refOf(context.account, place)}.`,
      },
    );
  }
  for (const name of lost) context.warn(ignored(name, sent));
  if (asked.includes('restriction_level') && wire.restriction_level !== wire.effective_restriction_level) {
    context.warn(
      'The restriction is stored but has no effect: the plan of this organization has no access control.',
    );
  }
  return {
    value: { value: toDashboard(wire, context.account, place), raw: response.body },
    raw: response.body,
    notes: [],
  };
}

function ignored(name: string, sent: string): string {
  if (name === 'tags') return 'PostHog dropped the tags: the plan of this organization has none.';
  if (memberText(sent, [name]) === '{}') {
    return `PostHog ignored empty ${name}: they cannot be cleared this way.`;
  }
  return `PostHog ignored or changed ${name}; the rest was kept.`;
}

function dashboardIn(answer: HttpResponse): DashboardWire | null {
  try {
    return readAs(dashboardWire, answer);
  } catch {
    return null;
  }
}

// Deleting and restoring

export async function planDelete(
  context: PosthogContext,
  ids: readonly string[],
  { insights = false }: DeleteOptions = {},
): Promise<WritePlan<readonly Dashboard[]>> {
  const { account } = context;
  const places = await placesFor(context, ids);
  const found = await readAll(context, places);
  const dashboards = found.map(({ wire, place }) => toDashboard(wire, account, place));
  const links = await Promise.all(places.map((place) => peekSharing(context, place)));
  const live = dashboards.filter((_one, index) => links[index]?.enabled === true);
  const [only] = dashboards;
  const single = dashboards.length === 1 && only !== undefined;
  const body = JSON.stringify({ deleted: true, ...(insights ? { delete_insights: true } : {}) });
  const stillThere = async (): Promise<readonly string[]> => {
    const now = await Promise.all(places.map((place) => findDashboard(context, place)));
    return dashboards.filter((_one, index) => now[index] !== null).map((one) => one.title);
  };
  return {
    title: single ? `Delete dashboard "${only.title}"` : `Delete ${dashboards.length} dashboards`,
    resources: dashboards.map((one) => one.ref),
    risk: single ? 'destructive' : 'severe',
    confirm: single ? only.title : String(dashboards.length),
    guards: [],
    notes: [
      `PostHog lists no deleted dashboards: keep the ids. dashctl dashboards restore ${dashboards.map((one) => one.ref).join(' ')} brings them back.`,
      ...(insights ? ['Insights that are on no other dashboard go too.'] : []),
      ...(live.length === 0
        ? []
        : [
            `The public link of ${live.map((one) => `"${one.title}"`).join(', ')} stops now, and a restore opens it again: revoke it first with dashctl share revoke ${live[0]?.ref ?? ''}.`,
          ]),
    ],
    before: asJson(dashboards),
    after: null,
    // Gone already is what was asked for; the read-back decides.
    steps: places.map((place) => ({ ...changeDashboardRequest(context, place, body), accept: [404] })),
    undo: { kind: 'lossy', why: 'A restore brings back every tile ever removed, and opens the public link.' },
    images: found.map(({ document, place }) =>
      changed(imageRef('dashboard', place), dashboardState(document, place.project), null),
    ),
    async finish(answers) {
      const confirmed = answers.length > 0 && answers.every((one) => dashboardIn(one)?.deleted === true);
      const left = confirmed ? [] : await stillThere();
      if (left.length === 0) return { value: dashboards, raw: answers[0]?.body ?? null, notes: [] };
      throw new DashctlError('conflict', `Still there after the deletion: ${left.join(', ')}.`, {
        hint: `Look at dashctl dashboards list --profile ${account.profile}.`,
      });
    },
    async settle() {
      const left = await stillThere();
      if (left.length === 0) return 'applied';
      return left.length === dashboards.length ? 'not-applied' : 'unknown';
    },
  };
}

export async function planRestore(
  context: PosthogContext,
  ids: readonly string[],
): Promise<WritePlan<readonly Dashboard[]>> {
  const places = await placesFor(context, ids);
  const present = await Promise.all(places.map((place) => findDashboard(context, place)));
  const gone = places.filter((_place, index) => present[index] === null);
  const live = places.filter((_place, index) => present[index] !== null);
  const refs = gone.map((place) => refOf(context.account, place)).join(' ');
  return {
    title: gone.length === 0 ? 'Restore nothing: not deleted' : `Restore ${refs}`,
    resources: places.map((place) => refOf(context.account, place)),
    // What a deleted dashboard shared cannot be read before it is back.
    risk: 'exposing',
    confirm: null,
    guards: [],
    notes: [
      ...(live.length === 0
        ? []
        : [`Not deleted: ${live.map((place) => refOf(context.account, place)).join(' ')}.`]),
      ...(gone.length === 0
        ? []
        : ['A public link that it had opens again, and tiles that were removed one by one come back.']),
    ],
    before: null,
    after: gone.map((place) => ({ ref: refOf(context.account, place), deleted: false })),
    steps: gone.map((place) => changeDashboardRequest(context, place, JSON.stringify({ deleted: false }))),
    undo: { kind: 'exact', why: null },
    images: gone.map((place) => changed(imageRef('dashboard', place), null)),
    async finish(answers) {
      const found = await readAll(context, places);
      const links = await Promise.all(gone.map((place) => peekSharing(context, place)));
      const opened = gone.filter((_place, index) => links[index]?.enabled === true);
      return {
        value: found.map(({ wire, place }) => toDashboard(wire, context.account, place)),
        raw: answers[0]?.body ?? null,
        notes: opened.map(
          (place) =>
            `The public link is open again. Close it with dashctl share revoke ${refOf(context.account, place)}.`,
        ),
      };
    },
    async settle() {
      const now = await Promise.all(gone.map((place) => findDashboard(context, place)));
      if (now.every((one) => one !== null)) return 'applied';
      return now.every((one) => one === null) ? 'not-applied' : 'unknown';
    },
  };
}

/** Each place once, in order. */
async function placesFor(context: PosthogContext, ids: readonly string[]): Promise<readonly Place[]> {
  for (const id of ids) readDashboardId(id);
  const places = await Promise.all(ids.map((id) => context.places.dashboard(id)));
  return [...new Map(places.map((place) => [`${place.project}-${place.id}`, place])).values()];
}

/** Reads several, in order. @throws DashctlError `not-found` that names every unknown id */
async function readAll(
  context: PosthogContext,
  places: readonly Place[],
): Promise<readonly { readonly wire: DashboardWire; readonly document: string; readonly place: Place }[]> {
  const read = await Promise.all(
    places.map(async (place) => ({ place, answered: await findDashboard(context, place) })),
  );
  const missing = read.filter((one) => one.answered === null).map((one) => one.place.key);
  if (missing.length === 0) {
    return read.flatMap(({ place, answered }) =>
      answered === null ? [] : [{ wire: answered.wire, document: answered.response.text(), place }],
    );
  }
  throw new DashctlError(
    'not-found',
    `PostHog has no dashboard ${missing.join(', ')}; nothing was changed.`,
    {
      hint: 'Deleted dashboards and those hidden from you look the same: dashctl dashboards list.',
      details: { missing },
    },
  );
}

// Plans for people

function summaryOf(document: string): { readonly [key: string]: Json } {
  const read = (name: string): Json => {
    const text = memberText(document, [name]);
    return text === null ? null : (JSON.parse(text) as Json);
  };
  const restriction = read('restriction_level');
  const tiles = read('tiles');
  return {
    title: read('name'),
    description: read('description'),
    tags: read('tags'),
    pinned: read('pinned'),
    restriction: restriction === null ? null : restriction === invited ? 'invited' : 'everyone',
    filters: read('filters'),
    tiles: Array.isArray(tiles) ? tiles.length : null,
    ...(read('use_template') === null ? {} : { template: read('use_template') }),
    ...(read('use_dashboard') === null ? {} : { copyOf: read('use_dashboard') }),
  };
}

function titleIn(document: string): string {
  const name: unknown = JSON.parse(memberText(document, ['name']) ?? '""');
  return typeof name === 'string' ? name : '';
}

function asJson(dashboards: readonly Dashboard[]): Json {
  return dashboards.map((one) => ({ ...one }));
}
