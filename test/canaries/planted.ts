/** A sandbox whose credentials are canaries, and whose state goes back to where it was. */
import { readFileSync, writeFileSync } from 'node:fs';
import { roomFile } from '../../src/sandbox/index.ts';
import { adminKeys } from '../../src/sandbox/datadog/seed.ts';
import { grafanaIdentities } from '../../src/sandbox/grafana/index.ts';
import { passwordOf } from '../../src/sandbox/grafana/seed.ts';
import { tokens as gtmhubTokens } from '../../src/sandbox/gtmhub/seed.ts';
import { posthogKeys } from '../../src/sandbox/posthog/seed.ts';
import { anaLogin } from '../../src/sandbox/syntho/seed.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import type { Canary } from './faces.ts';

/** The credentials of all accounts. Passwords hold what has to be escaped somewhere; keys what a header may hold. */
export const keys = {
  datadogApiKey: 'canary0dd0api0key0f3a91c77e2b64d08',
  datadogAppKey: 'canary0dd0app0key0b81e5d0c62f94a7733ce0919',
  datadogBearer: 'ddpat_canary+bearer/5Zq8Lw3Tn7Xv2Rk9==',
  grafanaToken: 'glsa_canaryGrafanaTokenQ7w2Er5Ty8Ui1Op4_9f8e7d6c',
  grafanaPassword: 'cänary "basic"/pass+word\\42 €',
  posthogKey: 'phx_canaryPosthogKey6Hj3Kl9Mn4Bv7Cx2Zs',
  gtmhubToken: 'canary.gtmhub-token~8Gt5Fr2De9Sw6',
  synthoPassword: 'cånary login\\syntho/"secret"&7',
  synthoSession: 'canary0syntho0session0c4d5e6f7a8b',
  proxyPassword: 'canary%proxy:pass/wörd+9',
} as const;

/** What opens single dashboards and invitations; the Datadog token is of the seed, where its form matters. */
const links = {
  datadogShare: 'sandbx3dashct1q7-5eed00035eed00035eed00035eed0003',
  datadogOpenShare: 'sandbx3dashct1q7-5eed00015eed00015eed00015eed0001',
  grafanaShare: 'ca9a17ca9a17ca9a17ca9a17ca9a17ca',
  grafanaInvite: 'CanaryInviteCode7Pq4Rs9Tv2Wx5Yz',
  posthogShare: 'cAnAryPosthogShare5Vt9Cf3Ly5gQ2',
  posthogPassword: 'canary-share-password-3Kd8Wm',
} as const;

export const planted: readonly Canary[] = [
  ...Object.entries(keys).map(([name, value]): Canary => ({ name, value, kind: 'key' })),
  ...Object.entries(links).map(([name, value]): Canary => ({ name, value, kind: 'link' })),
];

/** From what the seed has to what it has here. */
function replacements(room: string): readonly (readonly [string, string])[] {
  switch (room) {
    case 'datadog':
      return [
        [adminKeys.apiKey, keys.datadogApiKey],
        [adminKeys.appKey, keys.datadogAppKey],
        [adminKeys.bearer, keys.datadogBearer],
      ];
    case 'posthog':
      return [
        [posthogKeys.administrator, keys.posthogKey],
        ['kT3vQ9sWm2ZcYb7LrX0dHf1Na5Pe8u', links.posthogShare],
        ['sandbox-campaigns-password', links.posthogPassword],
      ];
    case 'gtmhub':
      return [[gtmhubTokens.admin, keys.gtmhubToken]];
    case 'syntho':
      return [[anaLogin.password, keys.synthoPassword]];
    default:
      return [
        [passwordOf('admin'), keys.grafanaPassword],
        [grafanaIdentities(room)?.keys.Admin ?? '', keys.grafanaToken],
        ['5a'.repeat(16), links.grafanaShare],
        ['SandboxInvite00000000000000001', links.grafanaInvite],
      ];
  }
}

const secretKeys = /token|key|secret|password|bearer|code|value/i;

export interface PlantedSandbox extends TestSandbox {
  /** Gives a room its first state again. */
  reset(room: string): void;
  /** What opens single things in the room now, the planted ones included. */
  links(room: string): readonly Canary[];
}

export async function plantedSandbox(): Promise<PlantedSandbox> {
  const sandbox = await testSandbox();
  const first = new Map<string, string>();
  const last = new Map<string, string>();
  const fileOf = (room: string): string => roomFile(sandbox.folder, room);
  for (const { name } of sandbox.rooms) {
    const found = JSON.parse(readFileSync(fileOf(name), 'utf8')) as { state: Record<string, unknown> };
    const pairs = new Map(replacements(name));
    let text = JSON.stringify(found, (key, value: unknown) =>
      // Names of the seed are words that stand elsewhere too: Grafana's administrator has its own for a password.
      typeof value === 'string' && secretKeys.test(key) ? (pairs.get(value) ?? value) : value,
    );
    if (name === 'syntho') text = withSession(text);
    first.set(name, text);
    writeFileSync(fileOf(name), text);
    last.set(name, text);
  }
  return {
    ...sandbox,
    reset(room) {
      const text = first.get(room);
      if (text === undefined) throw new Error(`No room ${room}`);
      if (readFileSync(fileOf(room), 'utf8') !== text) writeFileSync(fileOf(room), text);
    },
    links: (room) => linksOf(readFileSync(fileOf(room), 'utf8')),
  };
}

/** A session that is open already, for the account that has no password. */
function withSession(text: string): string {
  const store = JSON.parse(text) as {
    state: { sessions: unknown[]; users: { pk: number; email: string }[] };
  };
  const user = store.state.users.find(({ email }) => email === anaLogin.email)?.pk;
  store.state.sessions.push({ id: keys.synthoSession, user, csrfToken: 'c5'.repeat(32) });
  return JSON.stringify(store);
}

/** Tokens of shares, codes of invitations and passwords of links, wherever they stand in a room's state. */
function linksOf(text: string): readonly Canary[] {
  const { state } = JSON.parse(text) as {
    state: Partial<
      Record<'shares' | 'publicDashboards' | 'invites' | 'passwords', Record<string, unknown>[]>
    >;
  };
  const all = [
    ...(state.shares ?? []).map((one) => one['token']),
    ...(state.publicDashboards ?? []).map((one) => one['accessToken']),
    ...(state.invites ?? []).map((one) => one['code']),
    ...(state.passwords ?? []).map((one) => one['password']),
  ];
  return all
    .filter((value): value is string => typeof value === 'string' && value !== '')
    .map((value) => ({ name: `link ${value}`, value, kind: 'link' }));
}
