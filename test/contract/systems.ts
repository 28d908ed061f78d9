/** What the contract suite must know of each system: a sample of each thing, and an identity that may only read. */
import { grafanaIdentities } from '../../src/sandbox/grafana/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';

export interface System {
  readonly profile: string;
  readonly room: string;
  readonly provider: string;
  /** Options that make a dashboard. */
  readonly create: string;
  /** A dashboard of the seed without a link, whose rules can be changed. */
  readonly dashboard: string;
  /** An id of the right form that nothing has. */
  readonly missing: string;
  /** Options that open a link; null where there are no shares. */
  readonly share: string | null;
  /** A principal without an entry of its own, and two levels to give it. */
  readonly grantee: string;
  readonly levels: readonly [first: string, second: string];
  /** A level that the provider does not have. */
  readonly noLevel: string;
  /** Whether an entry is the grantee's. */
  readonly owns: RegExp;
  /** The environment of an identity that may read and not write. */
  reader(room: Sandbox['rooms'][number]): Record<string, string>;
}

function grafana(room: 'grafana' | 'grafana-7' | 'grafana-5'): System {
  return {
    profile: `sandbox-${room}`,
    room,
    provider: 'grafana',
    create: '--title Contract',
    dashboard: 'k8s-capacity',
    missing: 'no-such-uid',
    share: room === 'grafana' ? '--type open' : null,
    grantee: 'user:yuki',
    levels: ['edit', 'admin'],
    noLevel: 'none',
    owns: /yuki/,
    reader({ env }) {
      const viewer = grafanaIdentities(room)?.logins.find(({ role }) => role === 'Viewer');
      return {
        GRAFANA_SERVER: env['GRAFANA_SERVER'] ?? '',
        GRAFANA_USER: viewer?.login ?? '',
        GRAFANA_PASSWORD: viewer?.password ?? '',
      };
    },
  };
}

export const systems: readonly System[] = [
  {
    profile: 'sandbox-datadog',
    room: 'datadog',
    provider: 'datadog',
    create: '--title Contract --layout ordered',
    dashboard: 'd6u-5zj-4wt',
    missing: 'zzz-zzz-zzz',
    share: '--type open',
    grantee: 'team:sre',
    levels: ['view', 'edit'],
    noLevel: 'admin',
    owns: /sre/,
    reader: ({ env }) => ({ ...env, DD_APP_KEY: 'sandbox000000000000000000000000read-only' }),
  },
  grafana('grafana'),
  grafana('grafana-7'),
  grafana('grafana-5'),
  {
    profile: 'sandbox-posthog',
    room: 'posthog',
    provider: 'posthog',
    create: '--title Contract',
    dashboard: '3',
    missing: '999999',
    share: '--type open',
    grantee: 'user:emil@example.com',
    levels: ['view', 'edit'],
    noLevel: 'native:wizard',
    owns: /emil@example\.com/,
    reader: ({ env }) => ({ ...env, POSTHOG_PERSONAL_API_KEY: 'phx_sandbox_read_only' }),
  },
];
