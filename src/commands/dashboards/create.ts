import { defineCommand } from '../../cli/definition.ts';
import { choice, text } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { draftOptions, readDraft, refuseExtras } from './draft.ts';
import type { Context } from '../../cli/context.ts';
import type { DashboardCapability, Provider } from '../../providers/provider.ts';

export const createCommand = defineCommand({
  noun: 'dashboards',
  verb: 'create',
  summary: 'Create a dashboard',
  options: {
    ...draftOptions,
    layout: choice(['ordered', 'free'], 'LAYOUT', 'ordered or free (Datadog)'),
    template: text('KEY', 'Template to start from, such as DEFAULT_APP (PostHog)'),
    useDashboard: text('ID', 'Dashboard of the same project to start from (PostHog)', 'dashboard'),
  },
  examples: [
    {
      note: 'An empty one',
      command: 'dashctl dashboards create -p sandbox-datadog --title "Checkout latency" --layout ordered',
    },
    {
      note: 'From a document',
      command: `echo '{"title":"From a file","layout_type":"free","widgets":[]}' | dashctl dashboards create -p sandbox-datadog --file -`,
    },
  ],
  shape: dashboardShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'POST /api/v1/dashboard' },
    { provider: 'grafana', request: 'POST /api/dashboards/db' },
    { provider: 'posthog', request: 'POST /api/environments/{project_id}/dashboards' },
  ],
  async run(context, input) {
    const title = untitled(input) && context.prompter.available ? await askTitle(context) : input.title;
    const draft = await readDraft(context, { ...input, title });
    const { provider, dashboards } = await dashboardsOfRun(context);
    refuseExtras(provider, dashboards, draft);
    const done = await perform(context, provider, await dashboards.planCreate(draft));
    if (done !== null) await context.renderer.record(dashboardShape, done.value);
  },
});

/** Whether nothing tells what a new dashboard is called: neither a flag nor what it starts from. */
function untitled({ title, file, template, useDashboard }: Readonly<Record<Source, string | null>>): boolean {
  return [title, file, template, useDashboard].every((given) => given === null);
}

type Source = 'title' | 'file' | 'template' | 'useDashboard';

/** Asks for the title, once it is known that dashboards can be made there. @throws DashctlError `cancelled` */
async function askTitle(context: Context): Promise<string> {
  await dashboardsOfRun(context);
  return await context.ask('text', { flag: '--title', message: 'Title of the new dashboard' });
}

async function dashboardsOfRun(
  context: Context,
): Promise<{ readonly provider: Provider; readonly dashboards: DashboardCapability }> {
  const provider = await context.connect(await context.account());
  return { provider, dashboards: capability(provider, 'dashboards') };
}
