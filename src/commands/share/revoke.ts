import { defineCommand } from '../../cli/definition.ts';
import { many } from '../../cli/options.ts';
import { shareShape } from '../../model/share.ts';
import { capability } from '../capability.ts';
import { manyOptions, mapPlan, performMany } from '../bulk.ts';
import { shareOf } from '../share-target.ts';
import { namedTargets } from '../targets.ts';
import type { Share } from '../../model/share.ts';
import type { Job } from '../bulk.ts';

export const revokeCommand = defineCommand({
  noun: 'share',
  verb: 'revoke',
  summary: 'End shares for good',
  description: [
    'A new share of the same dashboard gets a new address. To close it for a while: share update --status paused.',
  ],
  args: {
    shares: many('SHARE', 'Tokens, addresses, or dashboards with exactly one share; - reads them', 'share'),
  },
  options: manyOptions,
  examples: [
    { note: 'See what would happen', command: 'dashctl share revoke sandbox-datadog/c4t-9kx-2mq --dry-run' },
    { note: 'Without a question', command: 'dashctl share revoke sandbox-datadog/c4t-9kx-2mq --yes' },
    {
      note: 'Every public dashboard of a list, their number confirmed',
      command:
        'dashctl dashboards list --shared -p sandbox-posthog --fields ref -o tsv | dashctl share revoke - --confirm 4',
    },
  ],
  shape: shareShape,
  writes: true,
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'DELETE /api/v1/dashboard/public/{token}' },
    { provider: 'grafana', request: 'DELETE /api/dashboards/uid/{uid}/public-dashboards/{pdUid}' },
  ],
  async run(context, input) {
    const targets = await namedTargets(context, await context.expand(input.shares), 'share');
    const jobs = targets.map((target): Job<Share> => ({
      given: target.given,
      label: target.label,
      provider: target.provider,
      async plan() {
        const { provider, token } = await shareOf(target);
        return mapPlan(await capability(provider, 'share').planRevoke(token), (share) => [share]);
      },
    }));
    const words = ['Revoke', 'Revoking', 'revoked'] as const;
    await performMany(context, jobs, { shape: shareShape, words }, input);
  },
});
