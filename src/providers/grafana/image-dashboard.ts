/** Dashboards and folders as images: reading one, and bringing an earlier one back under its uid. */
import { nullable, object, parse, string } from 'valibot';

import { DashctlError } from '../../errors.ts';
import { path } from '../../http/path.ts';
import type { Account } from '../provider.ts';
import type { GrafanaApi } from './api.ts';
import { holds, placeOf } from './dashboards.ts';
import type { DashboardPlanner } from './dashboards.ts';
import { dashboardState, documentOf } from './dashboard-text.ts';
import type { Generation } from './generation.ts';
import { isUid } from './ids.ts';
import { alreadySo } from '../../model/write-plan.ts';
import type { ImageKeeper } from './image-keeper.ts';
import { findDashboard, findFolder, isMissing } from './objects.ts';
import type { FoundDashboard, GrafanaObject } from './objects.ts';
import type { Session } from './session.ts';

const stateSchema = object({ title: string(), folder: string(), document: string() });

export function dashboardImages(
  { profile }: Account,
  api: GrafanaApi,
  session: Session,
  planner: DashboardPlanner,
): ImageKeeper {
  const find = (id: string): Promise<FoundDashboard | null> => orNull(findDashboard(api, id));

  return {
    async read(id) {
      const found = await find(id);
      if (found === null || found.object.kind === 'folder') return { state: null };
      return { state: dashboardState(documentOf(found.answer), placeOf(found.object)) };
    },

    async planRestore(id, { state }) {
      await session.verifyOrg();
      const found = await find(id);
      if (state === null) {
        if (found === null) return alreadySo(`Restore that there is no dashboard ${id}`, `${profile}/${id}`);
        const plan = await planner.planDelete([id]);
        return { ...plan, title: `Restore that there is no dashboard "${found.object.title}": delete it` };
      }
      const { title, folder, document } = parse(stateSchema, state);
      const target = await planner.targetFolder(folder);
      if (found === null) {
        const gone = 'It comes back under its uid; versions and stars are gone.';
        const plan = planner.planNew(
          'Restore',
          { text: document, uid: isUid(id) ? id : null, notes: [gone] },
          target,
        );
        const ref = { kind: 'dashboard' as const, id };
        return { ...plan, images: [{ ref, kind: 'dashboard', before: { state: null }, expected: state }] };
      }
      const plan = await planner.planSave(found, { text: document, target, notes: [], foreseen: true });
      return { ...plan, title: `Restore dashboard "${title}"` };
    },

    async find(expected, since) {
      const { title, document } = parse(stateSchema, expected);
      const { rows } = await api.search({ type: 'dash-db', query: title });
      const uids = rows.flatMap(({ uid, title: found }) =>
        found === title && uid !== null && isUid(uid) ? [uid] : [],
      );
      const all = await Promise.all(uids.map(find));
      return all.flatMap((found, index) => {
        // Times have whole seconds.
        const early = Date.parse(found?.wire.meta.created ?? '') < since.getTime() - 2_000;
        if (found === null || early || !holds(documentOf(found.answer), document)) return [];
        return [{ kind: 'dashboard' as const, id: uids[index] ?? '' }];
      });
    },
  };
}

const folderSchema = object({ title: string(), parent: nullable(string()) });

export function folderImages(
  { profile }: Account,
  api: GrafanaApi,
  session: Session,
  generation: () => Promise<Generation>,
  planner: DashboardPlanner,
): ImageKeeper {
  const find = (id: string): Promise<GrafanaObject | null> => orNull(findFolder(api, id));

  return {
    async read(id) {
      const found = await find(id);
      if (found === null) return { state: null };
      return { state: { title: found.title, parent: found.parent?.uid ?? null } };
    },

    async planRestore(id, { state }) {
      await session.verifyOrg();
      const found = await find(id);
      if (state === null) {
        if (found === null)
          return alreadySo(`Restore that there is no folder ${id}`, `${profile}/folder:${id}`);
        return planner.planDelete([id]);
      }
      const earlier = parse(folderSchema, state);
      if (found !== null) {
        throw new DashctlError(
          'unsupported',
          `The folder "${found.title}" is there; dashctl does not change folders.`,
          {
            hint: 'Rename or move it in Grafana.',
          },
        );
      }
      const { title, parent } = earlier;
      // 5.0 beta has no folders of their own: there a folder is a dashboard (api/grafana.md §2).
      const asDashboard = (await generation()).name === 'acl';
      const body = asDashboard
        ? { dashboard: { uid: id, title }, isFolder: true, overwrite: false }
        : { uid: id, title, ...(parent === null ? {} : { parentUid: parent }) };
      return {
        title: `Restore folder "${title}"`,
        resources: [`${profile}/folder:${id}`],
        risk: 'plain',
        confirm: null,
        guards: [],
        notes: ['Its dashboards come back one by one.'],
        before: null,
        after: { title, parent },
        steps: [
          {
            method: 'POST',
            path: asDashboard ? path`/api/dashboards/db` : path`/api/folders`,
            body: JSON.stringify(body),
          },
        ],
        undo: { kind: 'exact', why: null },
        images: [{ ref: { kind: 'folder', id }, kind: 'folder', before: { state: null }, expected: state }],
        async finish() {
          const now = await findFolder(api, id);
          return { value: now.title, raw: null, notes: [] };
        },
        settle: async () => ((await find(id)) === null ? 'not-applied' : 'applied'),
      };
    },
  };
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
