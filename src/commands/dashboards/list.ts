import { DashctlError } from '../../errors.ts';
import { defineCommand } from '../../cli/definition.ts';
import { count, flag, list, text, tristate } from '../../cli/options.ts';
import { dashboardShape } from '../../model/dashboard.ts';
import { listAcross } from '../across.ts';
import { capability } from '../capability.ts';
import { showPage, webOption } from '../web.ts';
import type { DashboardQuery } from '../../model/dashboard.ts';

export const listCommand = defineCommand({
  noun: 'dashboards',
  verb: 'list',
  summary: 'List dashboards',
  description: ['With --web the page of all dashboards of the account is opened, without filters.'],
  options: {
    search: text('TEXT', 'Only titles that contain TEXT'),
    shared: tristate('Only dashboards that have a link, or that have none'),
    deleted: flag('The trash instead of the live ones'),
    tag: list('TAG', 'Only dashboards with this tag; repeat for several, all must match'),
    folder: text('FOLDER', 'Only this folder, by uid or title'),
    limit: count('N', 'At most N dashboards'),
    pageSize: count('N', 'Dashboards per request'),
    ...webOption,
  },
  examples: [
    { note: 'Everything in the sandbox', command: 'dashctl dashboards list --profile sandbox' },
    { note: 'What is public', command: 'dashctl dashboards list --shared -p sandbox-datadog' },
    {
      note: 'Titles as JSON',
      command: 'dashctl dashboards list -p sandbox-grafana --json --fields id,title',
    },
  ],
  shape: dashboardShape,
  accounts: 'several',
  operations: [
    { provider: 'datadog', request: 'GET /api/v1/dashboard' },
    { provider: 'grafana', request: 'GET /api/search' },
  ],
  async run(context, input) {
    if (input.deleted && input.shared !== null) {
      throw new DashctlError('usage', '--deleted and --shared exclude each other.', {
        hint: 'Ask for the trash or for shared dashboards, one at a time.',
      });
    }
    if (input.web) {
      const account = await context.account();
      const { page } = capability(await context.connect(account), 'dashboards');
      await showPage(context, page, `The page of the dashboards of ${account.profile} is not known.`);
      return;
    }
    const query: DashboardQuery = {
      search: input.search,
      shared: input.shared,
      deleted: input.deleted,
      tags: input.tag,
      folder: input.folder,
      limit: input.limit,
      pageSize: input.pageSize,
    };
    await listAcross(context, dashboardShape, (provider) => capability(provider, 'dashboards').list(query), {
      what: (rows) => describe(query, rows),
      limit: query.limit,
    });
  },
});

function describe(query: DashboardQuery, rows: number): string {
  const kind = query.deleted
    ? 'deleted '
    : query.shared === true
      ? 'shared '
      : query.shared === false
        ? 'unshared '
        : '';
  const filters = [
    ...(query.search === null ? [] : [`with "${query.search}" in the title`]),
    ...(query.tags.length === 0 ? [] : [`tagged ${query.tags.join(', ')}`]),
    ...(query.folder === null ? [] : [`in folder "${query.folder}"`]),
  ];
  return [`${kind}${rows === 1 ? 'dashboard' : 'dashboards'}`, ...filters].join(' ');
}
