import { defineCommand } from '../../cli/definition.ts';
import { many } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { capability } from '../capability.ts';
import { manyOptions, mapPlan, performMany } from '../bulk.ts';
import type { Job } from '../bulk.ts';
import type { Dashboard } from '../../model/dashboard.ts';

export const importCommand = defineCommand({
  noun: 'dashboards',
  verb: 'import',
  summary: 'Create dashboards from exported files',
  description: [
    'Each file becomes a new dashboard; what the server owns (ids, author, times) is left out and named. Grafana keeps the uid, so that links go on working; a dashboard of that uid must not be there.',
  ],
  args: { files: many('FILE', 'Exported documents; - reads one document from stdin', 'file') },
  options: manyOptions,
  examples: [
    { note: 'One file', command: 'dashctl dashboards import backup/c4t-9kx-2mq.json -p sandbox-datadog' },
    {
      note: 'A copy without a file',
      command:
        'dashctl dashboards export sandbox-datadog/c4t-9kx-2mq | dashctl dashboards import - -p sandbox-datadog',
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
    const provider = await context.connect(await context.account());
    const dashboards = capability(provider, 'dashboards');
    const jobs = input.files.map((file): Job<Dashboard> => ({
      given: file,
      label: file,
      provider,
      async plan() {
        const body = await context.read(file);
        const plan = await dashboards.planCreate({ ...nothingElse, body });
        return mapPlan(plan, ({ value }) => [value]);
      },
      explain,
    }));
    const words = ['Import', 'Importing', 'imported'] as const;
    await performMany(context, jobs, { shape: dashboardShape, things: 'files', words }, input);
  },
});

const nothingElse = { title: null, description: null, tags: null, folder: null, layout: null } as const;

/** What is new cannot have been changed by someone else: the server has a dashboard of that id. */
function explain(failure: DashctlError): DashctlError {
  if (failure.code !== 'conflict') return failure;
  return new DashctlError('conflict', `There is a dashboard of this id already: ${failure.message}`, {
    hint: 'Change that one with dashctl dashboards update, or take the id out of the file.',
    cause: failure,
  }).with({ ...(failure.status === undefined ? {} : { status: failure.status }) });
}
