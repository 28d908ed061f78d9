/** A line for every command and every system that offers it, with arguments that mean something on the sandbox. */
import { commandName } from '../../src/cli/definition.ts';
import { offersVerb } from '../../src/providers/offers.ts';
import { keys } from './planted.ts';
import type { CommandDefinition } from '../../src/cli/definition.ts';
import type { ProviderName } from '../../src/model/profile.ts';

/** An account of the tests. */
export interface Account {
  readonly profile: string;
  readonly provider: ProviderName;
  readonly room: string;
  /** Secrets and settings, as their variables. */
  readonly env: Readonly<Record<string, string>>;
}

export const accounts: readonly Account[] = [
  {
    profile: 'dd',
    provider: 'datadog',
    room: 'datadog',
    env: { DD_API_KEY: keys.datadogApiKey, DD_APP_KEY: keys.datadogAppKey },
  },
  {
    profile: 'dd-bearer',
    provider: 'datadog',
    room: 'datadog',
    env: { DD_BEARER_TOKEN: keys.datadogBearer },
  },
  { profile: 'graf', provider: 'grafana', room: 'grafana', env: { GRAFANA_TOKEN: keys.grafanaToken } },
  {
    profile: 'graf-basic',
    provider: 'grafana',
    room: 'grafana',
    env: { GRAFANA_USER: 'admin', GRAFANA_PASSWORD: keys.grafanaPassword },
  },
  {
    profile: 'graf-7',
    provider: 'grafana',
    room: 'grafana-7',
    env: { GRAFANA_USER: 'admin', GRAFANA_PASSWORD: keys.grafanaPassword },
  },
  {
    profile: 'graf-5',
    provider: 'grafana',
    room: 'grafana-5',
    env: { GRAFANA_USER: 'admin', GRAFANA_PASSWORD: keys.grafanaPassword },
  },
  {
    profile: 'ph',
    provider: 'posthog',
    room: 'posthog',
    env: { POSTHOG_PERSONAL_API_KEY: keys.posthogKey, POSTHOG_PROJECT_ID: '1' },
  },
  {
    profile: 'hub',
    provider: 'gtmhub',
    room: 'gtmhub',
    env: { GTMHUB_API_TOKEN: keys.gtmhubToken, GTMHUB_ACCOUNT_ID: '5be26318e5274a000acc0001' },
  },
  {
    profile: 'syn',
    provider: 'syntho',
    room: 'syntho',
    env: { SYNTHO_EMAIL: 'ana@example.com', SYNTHO_PASSWORD: keys.synthoPassword },
  },
  {
    profile: 'syn-session',
    provider: 'syntho',
    room: 'syntho',
    env: { SYNTHO_SESSION_ID: keys.synthoSession },
  },
];

/** Where a room seems to be. */
export function addressOf({ room, provider }: Pick<Account, 'room' | 'provider'>): string {
  return `http://${room}.example.com${provider === 'gtmhub' ? '/api/v1' : ''}`;
}

/** One line, `@` standing for the profile and `^` for a reference's beginning. */
type Sample = string | { readonly line: string; readonly stdin: string };

const of: Readonly<Record<string, Partial<Record<ProviderName, readonly Sample[]>>>> = {
  'dashboards list': {
    datadog: ['dashboards list -p @', 'dashboards list -p @ --shared', 'dashboards list -p @ --deleted'],
    grafana: ['dashboards list -p @', 'dashboards list -p @ -p ph'],
    posthog: ['dashboards list -p @', 'dashboards list -p @ --shared'],
  },
  'dashboards get': {
    datadog: ['dashboards get ^c4t-9kx-2mq'],
    grafana: ['dashboards get ^checkout-latency'],
    posthog: ['dashboards get ^1'],
  },
  'dashboards create': {
    datadog: [
      'dashboards create -p @ --title New --layout ordered',
      { line: 'dashboards create -p @ --file -', stdin: '{"title":"F","layout_type":"free","widgets":[]}' },
    ],
    grafana: ['dashboards create -p @ --title New'],
    posthog: ['dashboards create -p @ --title New'],
  },
  'dashboards update': {
    datadog: ['dashboards update ^c4t-9kx-2mq --title Other'],
    grafana: ['dashboards update ^checkout-latency --title Other'],
    posthog: ['dashboards update ^1 --title Other'],
  },
  'dashboards delete': {
    datadog: [
      'dashboards delete ^c4t-9kx-2mq --yes',
      'dashboards delete ^c4t-9kx-2mq ^m3f-6rb-1tn --confirm 2',
    ],
    grafana: ['dashboards delete ^status-page --yes'],
    posthog: ['dashboards delete ^1 --yes'],
  },
  'dashboards restore': {
    datadog: ['dashboards restore ^f2v-9sd-3go'],
    posthog: ['dashboards restore ^10'],
  },
  'dashboards clone': {
    datadog: ['dashboards clone ^c4t-9kx-2mq --title Copy'],
    grafana: ['dashboards clone ^checkout-latency --title Copy'],
    posthog: ['dashboards clone ^1 --title Copy'],
  },
  'dashboards export': {
    datadog: ['dashboards export ^c4t-9kx-2mq'],
    grafana: ['dashboards export ^status-page'],
    posthog: ['dashboards export ^1'],
  },
  'dashboards import': {
    datadog: [{ line: 'dashboards import - -p @', stdin: '{"title":"I","layout_type":"free","widgets":[]}' }],
    grafana: [{ line: 'dashboards import - -p @', stdin: '{"title":"Imported","panels":[]}' }],
  },
  'share list': {
    datadog: ['share list --all -p @', 'share list ^c4t-9kx-2mq'],
    grafana: ['share list --all -p @'],
    posthog: ['share list --all -p @'],
  },
  'share get': {
    datadog: ['share get ^c4t-9kx-2mq', 'share get ^sandbx3dashct1q7-5eed00015eed00015eed00015eed0001'],
    grafana: ['share get ^status-page', 'share get ^ca9a17ca9a17ca9a17ca9a17ca9a17ca'],
    posthog: ['share get ^1', 'share get ^cAnAryPosthogShare5Vt9Cf3Ly5gQ2'],
  },
  'share create': {
    datadog: [
      'share create ^h7p-2vd-8wz --type open --yes',
      'share create ^h7p-2vd-8wz --invite bo@example.com --yes',
    ],
    grafana: ['share create ^node-health --type open --yes'],
    posthog: ['share create ^3 --type open --yes'],
  },
  'share update': {
    datadog: [
      'share update ^c4t-9kx-2mq --status paused --yes',
      'share update ^sandbx3dashct1q7-5eed00015eed00015eed00015eed0001 --title Other --yes',
    ],
    grafana: ['share update ^status-page --annotations --yes'],
    posthog: ['share update ^1 --status paused --yes'],
  },
  'share revoke': {
    datadog: [
      'share revoke ^c4t-9kx-2mq --yes',
      'share revoke ^sandbx3dashct1q7-5eed00015eed00015eed00015eed0001 --yes',
    ],
    grafana: ['share revoke ^status-page --yes', 'share revoke ^ca9a17ca9a17ca9a17ca9a17ca9a17ca --yes'],
    posthog: ['share revoke ^1 --yes', 'share revoke ^cAnAryPosthogShare5Vt9Cf3Ly5gQ2 --yes'],
  },
  'share rotate': { posthog: ['share rotate ^1 --yes'] },
  'share password-add': {
    posthog: [
      'share password-add ^5 --yes',
      { line: 'share password-add ^5 --secret-file - --yes', stdin: 'canary-share-password-3Kd8Wm\n' },
    ],
  },
  'share password-remove': { posthog: ['share password-remove ^5 901 --yes'] },
  'invite list': { datadog: ['invite list ^c4t-9kx-2mq'] },
  'invite send': { datadog: ['invite send ^c4t-9kx-2mq dora@example.com --yes'] },
  'invite revoke': { datadog: ['invite revoke ^c4t-9kx-2mq cy@example.com --yes'] },
  'acl list': {
    datadog: ['acl list ^d6u-5zj-4wt'],
    grafana: ['acl list ^k8s-capacity', 'acl list --folder ^finance'],
    posthog: ['acl list ^3', 'acl list ^3 --effective'],
  },
  'acl grant': {
    datadog: ['acl grant ^c4t-9kx-2mq team:sre=edit --yes --allow-self-lockout'],
    grafana: ['acl grant ^k8s-capacity user:yuki=edit --yes'],
    posthog: ['acl grant ^3 user:emil@example.com=edit --yes --allow-self-lockout'],
  },
  'acl revoke': {
    datadog: ['acl revoke ^d6u-5zj-4wt team:sre --yes'],
    grafana: ['acl revoke ^checkout-latency team:sre --yes'],
    posthog: ['acl revoke ^3 user:emil@example.com --yes'],
  },
  'acl set': {
    datadog: ['acl set ^c4t-9kx-2mq team:sre=edit org=edit --yes --allow-self-lockout'],
    grafana: ['acl set ^checkout-latency team:sre=admin --yes'],
    posthog: ['acl set ^3 user:emil@example.com=edit --yes --allow-self-lockout'],
  },
  'acl levels': {
    datadog: ['acl levels -p @'],
    grafana: ['acl levels -p @'],
    posthog: ['acl levels -p @'],
  },
  'perms actions': { gtmhub: ['perms actions -p @'] },
  'perms allowed': { gtmhub: ['perms allowed ^5be26318e5274a0000040001 --type dashboard'] },
  'perms effective': { gtmhub: ['perms effective -p @'] },
  'perms default-access': { gtmhub: ['perms default-access dashboard -p @'] },
  'perms principal-get': { gtmhub: ['perms principal-get role:Managers -p @'] },
  'perms principal-set': {
    gtmhub: ['perms principal-set role:Members --add AccessInsightboards -p @ --yes'],
  },
  'perms get': { gtmhub: ['perms get ^5be26318e5274a0000080002'] },
  'perms create': {
    gtmhub: ['perms create --action AccessInsightboards --principal role:Members -p @ --yes'],
  },
  'perms update': { gtmhub: ['perms update ^5be26318e5274a0000080002 --add role:Members --yes'] },
  'perms delete': { gtmhub: ['perms delete ^5be26318e5274a0000080007 --yes'] },
  'workspace list': { syntho: ['workspace list -p @'] },
  'workspace get': { syntho: ['workspace get ^2'] },
  'workspace grant': { syntho: ['workspace grant ^2 dora@example.com reader'] },
  'workspace update': { syntho: ['workspace update ^2 --no-data-access --yes'] },
  'workspace revoke': { syntho: ['workspace revoke ^1 dora@example.com --yes'] },
  'workspace transfer': {
    syntho: ['workspace transfer ^1 --to bo@example.com --keep-role reader --confirm bo@example.com'],
  },
  api: {
    datadog: [
      'api /api/v1/dashboard -p @ -i --silent',
      'api /api/v1/dashboard -p @ -i',
      'api /api/v1/dashboard/c4t-9kx-2mq -X DELETE --yes -p @',
      {
        line: 'api /api/v1/dashboard --file - -p @',
        stdin: '{"title":"R","layout_type":"free","widgets":[]}',
      },
    ],
    grafana: ['api /api/search -p @ -i', 'api /api/org/invites -p @'],
    posthog: ['api /api/projects/1/dashboards/ -p @ -i', 'api /api/projects/1/dashboards/ -f name=Raw -p @'],
    gtmhub: ['api /permissions/actions -p @ -i'],
    syntho: ['api /api/v1/auth/ -p @ -i'],
  },
  'profile show': every('profile show @'),
  'profile test': every('profile test @'),
};

function every(line: string): Partial<Record<ProviderName, readonly Sample[]>> {
  const samples = [line];
  return { datadog: samples, grafana: samples, posthog: samples, gtmhub: samples, syntho: samples };
}

/** Lines that belong to no account, or to all of them; `%0` and `%1` stand for writes of the journal. */
const general: Readonly<Record<string, readonly Sample[]>> = {
  'profile add': accounts.map(({ provider, env, room }) => ({
    line: `profile add extra --replace --no-check --provider ${provider} --base-url ${addressOf({ room, provider })} --secrets -`,
    stdin: Object.entries(env)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join(''),
  })),
  'history list': ['history list --limit 20'],
  'history show': ['history show %0', 'history show %1'],
  'history verify': ['history verify'],
  'history resolve': ['history resolve'],
  undo: ['undo %0 --yes'],
  'profile list': ['profile list'],
  'profile use': ['profile use dd'],
  'profile remove': ['profile remove extra --yes'],
  'profile secrets-move': ['profile secrets-move --all --credential-store file'],
};

/** Commands that are tried elsewhere, and why. */
export const elsewhere: Readonly<Record<string, string>> = {
  'sandbox start': 'prints the made-up credentials of a sandbox of its own, and runs until Ctrl-C',
};

export interface Line {
  readonly command: CommandDefinition;
  /** Null where it belongs to no account. */
  readonly account: Account | null;
  readonly words: readonly string[];
  readonly stdin: string;
}

/** The lines of a command; its own examples where none are written here. Empty only for those of `elsewhere`. */
export function linesOf(command: CommandDefinition): readonly Line[] {
  const name = commandName(command);
  if (elsewhere[name] !== undefined) return [];
  const forNone = (sample: Sample): Line => ({ command, account: null, ...taken(sample, '') });
  if (general[name] !== undefined) return general[name].map(forNone);
  const samples = of[name];
  if (samples === undefined)
    return command.examples.flatMap((example) => parts(example.command).map(forNone));
  return (
    accounts
      // Who asks for the organization takes the two keys: a token alone cannot name it.
      .filter(({ profile }) => profile !== 'dd-bearer' || name !== 'acl set')
      .filter(({ provider }) => isForAll(command) || offersVerb(provider, command.noun, command.verb))
      .filter(
        ({ room, provider }) => !(provider === 'grafana' && command.noun === 'share' && room !== 'grafana'),
      )
      .flatMap((account) => {
        const own = samples[account.provider];
        if (own === undefined) throw new Error(`There is no line for ${name} of ${account.provider}.`);
        return own.map((sample): Line => ({ command, account, ...taken(sample, account.profile) }));
      })
  );
}

/** Whether a command is the same for every system. */
function isForAll({ noun }: CommandDefinition): boolean {
  return noun === 'profile' || noun === 'api';
}

function taken(sample: Sample, profile: string): { words: readonly string[]; stdin: string } {
  const { line, stdin } = typeof sample === 'string' ? { line: sample, stdin: '' } : sample;
  return {
    words: line.split(' ').map((word) => word.replace(/^@$/, profile).replace(/^\^/, `${profile}/`)),
    stdin,
  };
}

/** The parts of an example that are dashctl's, over the accounts of the tests. */
function parts(example: string): readonly string[] {
  return example
    .split(/ [|>] /)
    .filter((part) => part.startsWith('dashctl '))
    .map((part) =>
      part
        .slice('dashctl '.length)
        .replaceAll('sandbox-datadog', 'dd')
        .replaceAll('sandbox-grafana', 'graf')
        .replaceAll('sandbox-posthog', 'ph')
        .replaceAll('sandbox-gtmhub', 'hub')
        .replaceAll('sandbox-syntho', 'syn')
        .replaceAll(/["']/g, ''),
    );
}
