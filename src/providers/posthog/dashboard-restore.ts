/** Bringing a dashboard back to an earlier image: its fields, its tiles, or the whole of it out of the trash. */
import { DashctlError } from '../../errors.ts';
import { setMemberText } from '../../model/json-text.ts';
import type { Json } from '../../model/shape.ts';
import { alreadySo, type WritePlan } from '../../model/write-plan.ts';
import { changeDashboardRequest, findDashboard, getDashboard } from './api.ts';
import type { PosthogContext } from './context.ts';
import { planDelete, planRestore, restrictionNotes, riskOf } from './dashboards.ts';
import {
  changed,
  dashboardState,
  imageRef,
  isDocument,
  isEmpty,
  isList,
  sameState,
  undoOfChange,
} from './image-state.ts';
import { refOf } from './map.ts';
import type { State } from './image-state.ts';
import type { Place } from './places.ts';

/** @throws DashctlError `unsupported` when nothing of the difference can be written */
export async function planRestoreDashboard(
  context: PosthogContext,
  place: Place,
  image: Json,
): Promise<WritePlan<unknown>> {
  const found = await findDashboard(context, place);
  const now = found === null ? null : dashboardState(found.response.text(), place.project);
  if (image === null)
    return now === null
      ? alreadySo(`Delete dashboard ${place.key}`, refOf(context.account, place))
      : planDelete(context, [place.key]);
  if (typeof image !== 'object' || isList(image)) {
    throw new DashctlError('invalid-input', 'The image is none of a dashboard.');
  }
  return now === null ? planReturn(context, place, image) : planBack(context, place, now, image);
}

/** Out of the trash. What it was is known, what of it had been removed before comes along. */
async function planReturn(context: PosthogContext, place: Place, image: State): Promise<WritePlan<unknown>> {
  const plan = await planRestore(context, [place.key]);
  return {
    ...plan,
    title: `Restore dashboard "${titleOf(image)}"`,
    after: image,
    async finish(answers) {
      const outcome = await plan.finish(answers);
      const { response } = await getDashboard(context, place);
      const more = differences(dashboardState(response.text(), place.project), image);
      return {
        ...outcome,
        notes: [
          ...outcome.notes,
          ...(more.length === 0 ? [] : [`Not as it was before it was deleted: ${more.join(', ')}.`]),
        ],
      };
    },
  };
}

async function planBack(
  context: PosthogContext,
  place: Place,
  now: State,
  image: State,
): Promise<WritePlan<unknown>> {
  const ref = refOf(context.account, place);
  const wanted = reachable(now, image);
  const names = differences(now, wanted);
  if (names.length === 0 && differences(now, image).length > 0) {
    throw new DashctlError('unsupported', 'PostHog cannot empty the variables of a dashboard.', {
      hint: 'Take them off in the browser.',
    });
  }
  const text = names.reduce((body, name) => setMemberText(body, name, memberFor(name, now, wanted)), '{}');
  const read = async (): Promise<State> =>
    dashboardState((await getDashboard(context, place)).response.text(), place.project);
  const lost = removedTiles(now, wanted);
  const risk = riskOf(Number(now['restriction_level'] ?? null), text);
  return Promise.resolve({
    title: `Restore dashboard "${titleOf(wanted)}"`,
    resources: [ref],
    risk: risk === 'plain' && lost.length > 0 ? 'destructive' : risk,
    confirm: null,
    guards: [],
    notes: restrictionNotes(text),
    before: only(now, names),
    after: only(wanted, names),
    steps: names.length === 0 ? [] : [changeDashboardRequest(context, place, text)],
    undo: undoOfChange(now, wanted),
    images: [changed(imageRef('dashboard', place), now, wanted)],
    async unchanged() {
      if (sameState(await read(), now)) return;
      throw new DashctlError(
        'conflict',
        `Dashboard "${titleOf(now)}" was changed by someone else meanwhile.`,
        { hint: 'Look at it again, then repeat the command.' },
      );
    },
    async finish() {
      const { response } = await getDashboard(context, place);
      const wrong = differences(dashboardState(response.text(), place.project), wanted);
      if (wrong.length > 0) {
        throw new DashctlError(
          'conflict',
          `PostHog kept ${wrong.join(', ')} differently from what was sent.`,
          {
            hint: `Look at it: dashctl dashboards export ${ref}`,
          },
        );
      }
      return { value: null, raw: response.body, notes: [] };
    },
    async settle() {
      const state = await read();
      return sameState(state, wanted) ? 'applied' : sameState(state, now) ? 'not-applied' : 'unknown';
    },
  });
}

/** The image as far as the server can get there: filters lose their values one by one, variables stay. */
function reachable(now: State, image: State): State {
  const filters = now['filters'] ?? null;
  const keeps = (name: string): boolean => isEmpty(image[name] ?? null) && !isEmpty(now[name] ?? null);
  return {
    ...image,
    ...(keeps('filters') ? { filters: valueless(filters) } : {}),
    ...(keeps('variables') ? { variables: now['variables'] ?? null } : {}),
    // An answer without tiles says nothing of them.
    ...(image['tiles'] === undefined && now['tiles'] !== undefined ? { tiles: now['tiles'] } : {}),
  };
}

/** Every filter without a value: an empty list for a list, null for the rest. */
function valueless(filters: Json): Json {
  const members = typeof filters === 'string' ? (JSON.parse(filters) as Json) : filters;
  if (typeof members !== 'object' || members === null || isList(members)) return null;
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, isListOrNull(value)]));
}

function isListOrNull(value: Json): Json {
  return typeof value === 'object' && value !== null && isList(value) ? [] : null;
}

function differences(now: State, wanted: State): readonly string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(wanted)])];
  return names.filter((name) => !sameState(now[name] ?? null, wanted[name] ?? null));
}

/** The JSON text of a member in the body that makes the difference. */
function memberFor(name: string, now: State, wanted: State): string {
  const value = wanted[name] ?? null;
  switch (name) {
    case 'tiles':
      return JSON.stringify(tilesFor(tilesOf(now), tilesOf(wanted)));
    case 'description':
      return JSON.stringify(value ?? '');
    case 'tags':
      return JSON.stringify(value ?? []);
    case 'pinned':
      return JSON.stringify(value ?? false);
    default:
      return isDocument(name) && typeof value === 'string' ? value : JSON.stringify(value);
  }
}

interface Tile {
  readonly id: Json;
  readonly members: State;
}

function tilesOf(state: State): readonly Tile[] {
  const tiles = state['tiles'] ?? null;
  if (typeof tiles !== 'object' || tiles === null || !isList(tiles)) return [];
  return tiles.flatMap((tile) =>
    typeof tile === 'object' && tile !== null && !isList(tile)
      ? [{ id: tile['id'] ?? null, members: tile }]
      : [],
  );
}

function removedTiles(now: State, wanted: State): readonly Tile[] {
  const kept = tilesOf(wanted).map((one) => one.id);
  return tilesOf(now).filter((one) => !kept.includes(one.id));
}

/** Tiles that are gone come back, those that are new go, and the others get their place and colour again. */
function tilesFor(now: readonly Tile[], wanted: readonly Tile[]): Json {
  const present = new Map(now.map((one) => [one.id, one.members]));
  return [
    ...wanted.flatMap(({ id, members }) => {
      const before = present.get(id);
      if (before !== undefined && sameState(before, members)) return [];
      const { layouts = {}, ...rest } = members;
      const placed = {
        color: null,
        ...rest,
        layouts: typeof layouts === 'string' ? (JSON.parse(layouts) as Json) : layouts,
      };
      return [before === undefined ? { ...placed, deleted: false } : placed];
    }),
    ...now.filter(({ id }) => !wanted.some((one) => one.id === id)).map(({ id }) => ({ id, deleted: true })),
  ];
}

function titleOf(state: State): string {
  const name = state['name'] ?? '';
  return typeof name === 'string' ? name : '';
}

function only(state: State, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, state[name] ?? null]));
}
