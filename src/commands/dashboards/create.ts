import { defineCommand } from '../../cli/definition.ts';
import { choice } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { perform } from '../perform.ts';
import { draftOptions, readDraft } from './draft.ts';

export const createCommand = defineCommand({
  noun: 'dashboards',
  verb: 'create',
  summary: 'Create a dashboard',
  options: {
    ...draftOptions,
    layout: choice(['ordered', 'free'], 'LAYOUT', 'ordered or free (Datadog)'),
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
  ],
  async run(context, input) {
    const draft = await readDraft(context, input);
    const provider = await context.connect(await context.account());
    const done = await perform(context, provider, await capability(provider, 'dashboards').planCreate(draft));
    if (done !== null) await context.renderer.record(dashboardShape, done.value);
  },
});
