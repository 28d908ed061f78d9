import { defineCommand } from '../../cli/definition.ts';
import { any, flag } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { shareShape } from '../../model/share.ts';
import { listAcross } from '../across.ts';
import { capability } from '../capability.ts';
import { showPage, webOption } from '../web.ts';
import { mapInOrder } from '../pool.ts';
import { manyOptions, openLedger, readEach } from '../bulk.ts';
import { namedTargets } from '../targets.ts';
import type { Dashboard, DashboardQuery } from '../../model/dashboard.ts';
import type { Page } from '../../model/shape.ts';
import type { Share } from '../../model/share.ts';
import type { NamedTarget } from '../targets.ts';
import type { Provider } from '../../providers/provider.ts';

export const listCommand = defineCommand({
  noun: 'share',
  verb: 'list',
  summary: 'List the shares of dashboards',
  description: [
    'With --all, Grafana lists its links itself. In Datadog the shared dashboards are found first and each one is asked; in PostHog every dashboard is, because what lists say about links can be out of date.',
  ],
  args: {
    dashboards: any('DASHBOARD', 'Ids, references or addresses; - reads them from stdin', 'dashboard'),
  },
  options: { all: flag('Every share of the account'), ...webOption, ...manyOptions },
  examples: [
    { note: 'Every link', command: 'dashctl share list --all -p sandbox-datadog' },
    {
      note: 'Addresses alone',
      command: 'dashctl share list --all -p sandbox-datadog --fields dashboard,type,url',
    },
  ],
  shape: shareShape,
  accounts: 'several',
  operations: [
    { provider: 'datadog', request: 'GET /api/v2/dashboard/{dashboard_id}/shared' },
    { provider: 'posthog', request: 'GET /api/environments/{project_id}/dashboards/{dashboard_id}/sharing' },
    { provider: 'grafana', request: 'GET /api/dashboards/public-dashboards' },
    { provider: 'grafana', request: 'GET /api/dashboards/uid/{uid}/public-dashboards' },
  ],
  async run(context, input) {
    const references = await context.expand(input.dashboards);
    if (input.all === references.length > 0) {
      throw new DashctlError(
        'usage',
        input.all ? '--all and DASHBOARD exclude each other.' : 'Whose shares?',
        {
          hint: 'Name dashboards, or use --all.',
        },
      );
    }
    if (input.web) {
      const [reference, ...others] = references;
      if (reference === undefined || others.length > 0) {
        throw new DashctlError('usage', '--web opens the page of one dashboard.', {
          hint: 'Name one DASHBOARD.',
        });
      }
      const { provider, id } = await context.target(reference, 'dashboard');
      const { value } = await capability(provider, 'dashboards').get(id);
      await showPage(context, value.url, 'The dashboard has no page that is known.');
      return;
    }
    const limit = context.globals.concurrency ?? 16;
    if (input.all) {
      await listAcross(
        context,
        shareShape,
        (provider) => {
          const shares = capability(provider, 'share');
          return shares.listAll?.() ?? mapInOrder(sharedIds(provider), limit, (id) => shares.list(id));
        },
        { what: (rows) => (rows === 1 ? 'share' : 'shares') },
      );
      return;
    }
    const targets = await namedTargets(context, references, 'dashboard');
    const sharesOf = ({ provider, id }: NamedTarget): Promise<Page<Share>> =>
      capability(provider, 'share').list(id);
    const [only, ...others] = targets;
    const ledger = await openLedger(context, targets, ['dashboards', 'read'], input);
    const pages =
      only !== undefined && others.length === 0
        ? once(() => sharesOf(only))
        : readEach(context, targets, ledger, sharesOf);
    await context.renderer.list(shareShape, pages, {
      empty: `No shares found for ${targets.map(({ label }) => label).join(', ')}.`,
    });
    await ledger.close();
  },
});

async function* once<T>(read: () => Promise<T>): AsyncIterable<T> {
  yield await read();
}

const sharedDashboards: DashboardQuery = {
  search: null,
  shared: true,
  deleted: false,
  tags: [],
  folder: null,
  limit: null,
  pageSize: null,
};

async function* sharedIds(provider: Provider): AsyncIterable<string> {
  const shares = capability(provider, 'share');
  if (shares.candidates !== undefined) {
    yield* shares.candidates();
    return;
  }
  for await (const page of capability(provider, 'dashboards').list(sharedDashboards)) {
    yield* page.items.map((dashboard: Dashboard) => dashboard.id);
  }
}
