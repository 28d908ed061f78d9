/** What of PostHog's answers makes up an image: all that can be written back, in one form for equal things. */
import { itemTexts, memberText, sameJsonText } from '../../model/json-text.ts';
import type { UndoKind } from '../../model/write-plan.ts';
import type { Image, ImageKind, ImageRef, PlannedImage } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { Place } from './places.ts';
import type { SharingWire } from './wire.ts';

/** Names a thing with its project, so that it means the same whatever the account's project is. */
export function imageRef(kind: ImageKind, { project, id }: Pick<Place, 'project' | 'id'>): ImageRef {
  return { kind, id: `${project}-${id}` };
}

/** The address of a link is an image of its own: it changes without the link's settings, and never comes back. */
export function addressRef(place: Place): ImageRef {
  return { kind: 'shares', id: `${imageRef('shares', place).id}${addressSuffix}` };
}
export const addressSuffix = '/address';

/** A thing that is there before and after a plan. @param expected undefined where only the server knows it */
export function changed(ref: ImageRef, before: Json, expected?: Json): PlannedImage {
  const image: Image = { state: before };
  return { ref, kind: ref.kind, before: image, ...(expected === undefined ? {} : { expected }) };
}

export function sameState(left: Json, right: Json): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

/** The same value with the keys of its objects in order. */
function ordered(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(ordered);
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([key, member]) => [key, ordered(member)]));
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

// Rights

/** @param rules level by `member:ID`, `role:ID` or `org` */
export function ruleState(rules: ReadonlyMap<string, string>): Json {
  return ordered({ ruledBy: 'access-controls', rules: Object.fromEntries(rules) });
}

/** @param users uuids of the people who may change a restricted dashboard */
export function collaboratorState(users: ReadonlySet<string>): Json {
  return { ruledBy: 'collaborators', editors: [...users].toSorted() };
}

// Links

/**
 * The link of a dashboard without its address. A link that is off and has nothing set is as good as none: the server
 * keeps a row of it that nobody can tell apart.
 */
export function shareState(wire: SharingWire): Json {
  const settings = ordered(asJson(wire.settings ?? {}));
  const passwords = wire.share_passwords
    .map(({ id, note }) => ({ id, note: note === '' ? null : note }))
    .toSorted((one, other) => one.id - other.id);
  const passwordRequired = wire.password_required ?? false;
  const bare = JSON.stringify(settings) === '{}' && !passwordRequired && passwords.length === 0;
  return !wire.enabled && bare ? null : { enabled: wire.enabled, passwordRequired, settings, passwords };
}

/** A fingerprint of the address, which is a secret itself: enough to see that it is another one. */
export async function addressState(wire: SharingWire): Promise<Json> {
  if (!wire.enabled || wire.access_token === null) return null;
  const { createHash } = await import('node:crypto');
  return { address: createHash('sha256').update(wire.access_token).digest('hex').slice(0, 16) };
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

// Dashboards

export type State = Readonly<Record<string, Json>>;

/** Members of which the document as written is kept where parsing would change a number. */
const documents = ['filters', 'variables', 'breakdown_colors', 'quick_filter_ids'] as const;
const plain = ['name', 'description', 'pinned', 'restriction_level', 'data_color_theme_id'] as const;

export const isDocument = (name: string): boolean => documents.some((one) => one === name);

/** What can be written back of a dashboard; null and absent, and no and an empty description, are alike. */
export function dashboardState(document: string, project: number): State {
  const members: Record<string, Json> = {};
  for (const name of plain) {
    const value = valueAt(document, name);
    if (value !== null && !(name === 'description' && value === '')) members[name] = value;
  }
  for (const name of documents) {
    const value = exactAt(document, name);
    if (value !== null) members[name] = value;
  }
  const tags = valueAt(document, 'tags');
  if (tags !== null && isList(tags)) members['tags'] = tagSet(tags);
  if (memberText(document, ['tiles']) !== null) members['tiles'] = itemTexts(document, ['tiles']).map(tileOf);
  return { project, ...members };
}

/** As the server writes tags: in lower case, each once. */
export function tagSet(tags: readonly Json[]): readonly string[] {
  const words = tags.flatMap((tag) => (typeof tag === 'string' ? [tag.trim().toLowerCase()] : []));
  return [...new Set(words)].toSorted();
}

function tileOf(text: string): Json {
  const [id, color] = [valueAt(text, 'id'), valueAt(text, 'color')];
  const [layouts, note] = [exactAt(text, 'layouts'), memberText(text, ['text'])];
  const [noteId, body] =
    note === null || note === 'null' ? [null, null] : [valueAt(note, 'id'), valueAt(note, 'body')];
  return {
    id,
    ...(color === null ? {} : { color }),
    ...(layouts === null || JSON.stringify(layouts) === '{}' ? {} : { layouts }),
    ...(body === null ? {} : { text: { ...(noteId === null ? {} : { id: noteId }), body } }),
  };
}

function valueAt(text: string, name: string): Json {
  return JSON.parse(memberText(text, [name]) ?? 'null') as Json;
}

/** The value with its keys in order; as text where parsing would change a number in it. */
function exactAt(text: string, name: string): Json {
  const written = memberText(text, [name]);
  if (written === null) return null;
  const value = JSON.parse(written) as Json;
  return sameJsonText(JSON.stringify(value), written) ? ordered(value) : written;
}

/** How far back a change of fields can be taken: an empty object changes nothing on the server. */
export function undoOfChange(before: State, after: State): UndoKind {
  const emptied = ['filters', 'variables'].filter(
    (name) => isEmpty(before[name] ?? null) && !isEmpty(after[name] ?? null),
  );
  if (emptied.length === 0) return { kind: 'exact', why: null };
  return {
    kind: 'lossy',
    why: emptied.includes('variables')
      ? 'PostHog cannot empty the variables of a dashboard: they stay.'
      : 'PostHog cannot empty the filters of a dashboard: they stay, each without a value.',
  };
}

/** Whether an object is absent or has no member. */
export function isEmpty(value: Json): boolean {
  return value === null || JSON.stringify(value) === '{}';
}
