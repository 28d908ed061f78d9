/**
 * Dashboards as JSON text. They are saved as they were read, but for the members that change, so that unknown keys,
 * integers beyond 2^53 and the order of keys stay.
 */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { DashboardDraft } from '../../model/dashboard.ts';
import {
  compactJson,
  jsonObjectText,
  memberText,
  removeMembers,
  setMembers,
  setMemberText,
} from '../../model/json-text.ts';
import type { Json } from '../../model/shape.ts';

/** The text of a document in an answer. @throws DashctlError `bad-answer` when it can't be written back unharmed */
export function documentOf(answer: HttpResponse): string {
  const text = answer.text();
  const bytes = Buffer.from(answer.body);
  const mark = bytes.subarray(0, 3).equals(Buffer.from('\uFEFF', 'utf8')) ? 3 : 0;
  if (!Buffer.from(text.replace(/^\uFEFF/, ''), 'utf8').equals(bytes.subarray(mark))) {
    throw new DashctlError(
      'bad-answer',
      'The dashboard holds bytes that are no UTF-8; they would be lost by saving it.',
    );
  }
  const document = memberText(text, ['dashboard']);
  if (document === null) throw new DashctlError('bad-answer', 'The answer holds no dashboard.');
  return document;
}

/** A document from a file, free of what belongs to the server, and what was taken out. */
export interface FileDocument {
  readonly text: string;
  readonly uid: string | null;
  readonly notes: readonly string[];
}

/**
 * Reads a body: a dashboard, or what GET and POST wrap around one (`{"dashboard": …}`).
 * @throws DashctlError `invalid-input`
 */
export function readDocument(body: string): FileDocument {
  const whole = jsonObjectText(body, 'The body');
  const inner = memberText(whole, ['dashboard']);
  const document = inner === null ? whole : jsonObjectText(inner, 'The dashboard of the body');
  const uid: unknown = parse(memberText(document, ['uid']));
  const stripped = removeMembers(
    document,
    (at) => at.length === 1 && (at[0] === 'id' || at[0] === 'version'),
  );
  const gone = stripped.removed.map((at) => String(at[0]));
  const notes = gone.length === 0 ? [] : [`Left out of the body, the server owns them: ${gone.join(', ')}.`];
  if (inner !== null)
    notes.push('Only the member "dashboard" of the body is sent; the folder comes from --folder or stays.');
  return { text: stripped.text, uid: typeof uid === 'string' && uid !== '' ? uid : null, notes };
}

/** The document with the members that a draft names. */
export function withDraft(document: string, draft: DashboardDraft): string {
  if (draft.layout !== null) {
    throw new DashctlError('unsupported', 'Grafana dashboards have no layout type.', {
      hint: 'Leave --layout out.',
    });
  }
  const members: Record<string, Json> = {};
  if (draft.title !== null) members.title = draft.title;
  if (draft.description !== null) members.description = draft.description;
  if (draft.tags !== null) members.tags = [...draft.tags];
  return setMembers(document, members);
}

/** Where a dashboard is saved. General is id 0 and an empty uid. */
export interface Target {
  readonly folderId: number | null;
  readonly folderUid: string | null;
  readonly folderTitle: string | null;
}

/**
 * The body of POST /api/dashboards/db. The folder is always named, a save without one moves the dashboard to General;
 * `overwrite` is never true, it would replace another dashboard of the same title (api/grafana.md §10).
 */
export function saveBody(document: string, target: Target): string {
  const folder: Record<string, Json> = {};
  if (target.folderId !== null) folder.folderId = target.folderId;
  if (target.folderUid !== null) folder.folderUid = target.folderUid;
  const rest = JSON.stringify({ ...folder, overwrite: false });
  return setMemberText(rest, 'dashboard', document);
}

/** A dashboard as the journal keeps it: whole, but for the id and version, which the server counts itself. */
export function dashboardState(
  document: string,
  { folderUid, folderId }: Pick<Target, 'folderId' | 'folderUid'>,
): { readonly title: string; readonly folder: string; readonly document: string } {
  return {
    title: summaryOf(document, null).title,
    folder: folderUid !== null && folderUid !== '' ? folderUid : String(folderId ?? 0),
    document: compactJson(setMembers(document, { id: null, version: 0 })),
  };
}

/** What a person sees of a document in a plan. */
export interface Summary {
  readonly [key: string]: Json;
  readonly title: string;
  readonly description: string | null;
  readonly folder: string | null;
  readonly tags: readonly string[];
  readonly panels: number;
}

/** Members of an unexpected type count as absent; the document itself is sent as it is. */
export function summaryOf(document: string, folder: string | null): Summary {
  const read = (name: string): unknown => parse(memberText(document, [name]));
  const title = read('title');
  const description = read('description');
  const tags = read('tags');
  const panels = read('panels');
  return {
    title: typeof title === 'string' ? title : '',
    description: typeof description === 'string' ? description : null,
    folder,
    tags: Array.isArray(tags) ? tags.map(String) : [],
    panels: Array.isArray(panels) ? panels.length : 0,
  };
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
