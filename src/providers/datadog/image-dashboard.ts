/** Dashboards as images: reading one, and bringing an earlier one back, out of the trash if need be. */
import { object, parse, string } from 'valibot';
import type { InferOutput } from 'valibot';

import { sameJsonText } from '../../model/json-text.ts';
import { alreadySo, type WritePlan } from '../../model/write-plan.ts';
import { findDashboard, getDashboard } from './api.ts';
import type { DatadogContext } from './context.ts';
import { createdSince, holds, planNew, planUpdate } from './dashboard-plans.ts';
import { asNewDashboard, dashboardState, quoted } from './dashboard-text.ts';
import { planDelete, planRestore } from './dashboard-trash.ts';
import { pages } from './dashboards.ts';
import type { ImageKeeper } from './images.ts';
import { losslessText } from './map.ts';

const stateSchema = object({ title: string(), document: string() });
type DashboardState = InferOutput<typeof stateSchema>;

export function dashboardImages(context: DatadogContext): ImageKeeper {
  async function read(id: string) {
    const found = await findDashboard(context.client, id);
    return found === null ? null : dashboardState(losslessText(found.response));
  }

  return {
    read: async (id) => ({ state: await read(id) }),
    async planRestore(id, { state }) {
      const now = await read(id);
      if (state === null)
        return now === null
          ? alreadySo(`Restore that there is no dashboard ${id}`, `${context.account.profile}/${id}`)
          : planRemoval(context, id, now);
      const earlier = parse(stateSchema, state);
      if (now !== null) return planContent(context, id, earlier);
      return (await isInTrash(context, id))
        ? planReturn(context, id, earlier)
        : planAnew(context, id, earlier);
    },
    async find(expected, since) {
      const { title, document } = parse(stateSchema, expected);
      const wanted = asNewDashboard(document).text;
      const candidates = await createdSince(context, title, since.getTime());
      const documents = await Promise.all(candidates.map(({ id }) => read(id)));
      return candidates.flatMap(({ id }, index) => {
        const found = documents[index];
        const same = found != null && holds(asNewDashboard(found.document).text, wanted);
        return same ? [{ kind: 'dashboard' as const, id }] : [];
      });
    },
  };
}

/** What was made goes to the trash. */
async function planRemoval(
  context: DatadogContext,
  id: string,
  { title }: DashboardState,
): Promise<WritePlan<unknown>> {
  const plan = await planDelete(context, [id]);
  return { ...plan, title: `Restore that there is no dashboard ${quoted(title)}: delete it` };
}

/** Title, layout and widgets of a dashboard that is there. */
async function planContent(
  context: DatadogContext,
  id: string,
  earlier: DashboardState,
): Promise<WritePlan<unknown>> {
  const draft = { title: null, description: null, tags: null, folder: null, layout: null };
  const plan = await planUpdate(context, id, { ...draft, body: earlier.document });
  return {
    ...plan,
    title: `Restore dashboard ${quoted(earlier.title)}`,
    images: (plan.images ?? []).map((image) => ({ ...image, expected: earlier })),
  };
}

/** Out of the trash, under its id; the server brings the content that it kept. */
async function planReturn(
  context: DatadogContext,
  id: string,
  earlier: DashboardState,
): Promise<WritePlan<unknown>> {
  const plan = await planRestore(context, [id]);
  return {
    ...plan,
    title: `Restore dashboard ${quoted(earlier.title)} from the trash`,
    images: (plan.images ?? []).map((image) => ({ ...image, expected: earlier })),
    async finish(answers) {
      const outcome = await plan.finish(answers);
      const now = losslessText((await getDashboard(context.client, id)).response);
      return sameJsonText(dashboardState(now).document, earlier.document)
        ? outcome
        : {
            ...outcome,
            notes: [...outcome.notes, 'Its content was changed before it was deleted: restore it once more.'],
          };
    },
  };
}

/** A new dashboard of the same content, where the trash no longer has the old one. */
function planAnew(context: DatadogContext, id: string, earlier: DashboardState): WritePlan<unknown> {
  const body = asNewDashboard(earlier.document);
  const plan = planNew(context, body, 'Restore');
  return {
    ...plan,
    notes: [...plan.notes, `${id} is not in the trash any more: the dashboard comes back under a new id.`],
  };
}

async function isInTrash(context: DatadogContext, id: string): Promise<boolean> {
  for await (const { wire } of pages(context, { shared: null, deleted: true }, null)) {
    if (wire.some((one) => one.id === id)) return true;
  }
  return false;
}
