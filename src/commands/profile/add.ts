import { defineCommand } from '../../cli/definition.ts';
import { flag, optional, text } from '../../cli/options.ts';
import { parseWebUrl } from '../../config/address.ts';
import { asDashctlError, DashctlError } from '../../errors.ts';
import { checkProfileName } from '../../model/profile-name.ts';
import { descriptorOf, descriptors } from '../../providers/registry.ts';
import { chosenStore, credentialStore, saveProfile } from './keep-secrets.ts';
import { identityShape } from './shapes.ts';
import type { Context } from '../../cli/context.ts';
import type { Account, AccountField, Identity, ProviderDescriptor } from '../../providers/provider.ts';

type Values = Readonly<Record<string, string>>;

export const addCommand = defineCommand({
  noun: 'profile',
  verb: 'add',
  summary: 'Save an account',
  description: [
    'Asks for what is missing on a terminal. Elsewhere secrets come from --secrets FILE (- for stdin) as lines such as DD_API_KEY=…, or from the environment with --from-env; they never stand on the command line. The server is asked who we are before anything is saved.',
    'Secrets go into the keyring of the operating system where there is one that works, else into a file that only you can read.',
    'With --replace and --web-url alone a saved profile gets that web address and keeps all else, its secrets too.',
  ],
  args: { name: optional('NAME', 'Name of the profile') },
  options: {
    secrets: text(
      'FILE',
      'File with lines NAME=VALUE, named as the environment variables; - reads stdin',
      'file',
    ),
    fromEnv: flag('Take secrets and settings from the environment'),
    webUrl: text(
      'URL',
      'Address of its pages in the browser, where the API address does not tell it (https://shop.datadoghq.com)',
    ),
    replace: flag('Take the place of a profile of the same name'),
    default: flag('Use it when no profile is named'),
    noCheck: flag('Save without asking the server'),
    credentialStore,
  },
  examples: [
    { note: 'Step by step', command: 'dashctl profile add' },
    {
      note: 'In a script',
      command: 'dashctl profile add prod --provider datadog --site eu1 --secrets keys.env',
    },
  ],
  shape: identityShape,
  writes: true,
  accounts: 'new',
  async run(context, input) {
    const store = chosenStore(context, input.credentialStore);
    const webUrl = input.webUrl === null ? null : parseWebUrl(input.webUrl);
    if (webUrl !== null && input.name !== null && namesNothingElse(context, input)) {
      const former = (await context.profiles().list()).find(({ name }) => name === input.name);
      if (former !== undefined) {
        await saveWebUrl(context, former.name, webUrl, input.default);
        return;
      }
    }
    const descriptor = await chooseProvider(context);
    const given = await readGiven(context, descriptor, input);
    const settings = await askSettings(context, descriptor, given.settings);
    const baseUrl = await askBaseUrl(context, descriptor, settings, given.baseUrl);
    const secrets = await askSecrets(context, descriptor, settings, given.secrets);
    if (input.name !== null) checkProfileName(input.name);

    const address = baseUrl ?? descriptor.defaultBaseUrl(settings) ?? '';
    const account = {
      profile: input.name ?? descriptor.name,
      provider: descriptor.name,
      baseUrl: address,
      webUrl: webUrl ?? descriptor.webUrl(settings, address),
      settings,
      secrets,
    };
    const identity = input.noCheck ? null : await check(context, account);
    const name = checkProfileName(input.name ?? (await askName(context, descriptor)));
    if (context.globals.dryRun) {
      context.renderer.note(`Would save ${name} (${descriptor.title}, ${address}).`);
      return;
    }
    const profile = {
      name,
      provider: descriptor.name,
      baseUrl,
      webUrl,
      settings,
      secrets: { origin: new URL(address).origin, values: secrets },
    };
    const makeDefault = input.default ? 'always' : 'first';
    const where = await saveProfile(context, profile, { replace: input.replace, makeDefault }, store);
    context.renderer.note(`Saved ${name}. ${where}`);
    if (identity !== null) {
      await context.renderer.records(identityShape, [
        { profile: name, provider: descriptor.name, ...identity },
      ]);
    }
  },
});

interface AddInput {
  readonly replace: boolean;
  readonly secrets: string | null;
  readonly fromEnv: boolean;
  readonly credentialStore: string | null;
}

/** Whether a replacement says nothing about the account itself, so that all of the former one can stay. */
function namesNothingElse({ globals }: Context, input: AddInput): boolean {
  return (
    input.replace &&
    !input.fromEnv &&
    [input.secrets, input.credentialStore, globals.provider, globals.baseUrl].every(
      (said) => said === null,
    ) &&
    Object.keys(globals.settings).length === 0
  );
}

/** Gives a saved profile another web address. No server is asked: nothing that is sent changes. */
async function saveWebUrl(
  context: Context,
  name: string,
  webUrl: string,
  makeDefault: boolean,
): Promise<void> {
  if (context.globals.dryRun) {
    context.renderer.note(`Would save ${name} with the web address ${webUrl}; all else stays.`);
    return;
  }
  const profiles = context.profiles();
  await profiles.setWebUrl(name, webUrl);
  if (makeDefault) await profiles.setDefault(name);
  context.renderer.note(`Saved ${name} with the web address ${webUrl}; all else stays.`);
}

/**
 * Asks the server who we are and says what it answers. On a terminal a failure may be saved all the same.
 * @throws DashctlError what the server answered, when nobody wants to save it nevertheless
 */
async function check(context: Context, account: Account): Promise<Identity | null> {
  const { renderer, prompter } = context;
  try {
    const identity = await (await context.connect(account)).whoami();
    if (prompter.available) {
      const where = identity.organization === null ? '' : ` in ${identity.organization}`;
      renderer.note(`The server knows you as ${identity.name}${where}.`);
      for (const right of identity.missing) renderer.note(`Missing: ${right}`);
    }
    return identity;
  } catch (error) {
    const failure = asDashctlError(error);
    if (!prompter.available || failure.code === 'cancelled') throw failure;
    renderer.warn(`The check failed: ${failure.message}`);
    if (await prompter.confirm({ message: 'Save it anyway?', flag: '--no-check', default: false }))
      return null;
    throw failure;
  }
}

async function chooseProvider(context: Context): Promise<ProviderDescriptor> {
  const { provider } = context.globals;
  if (provider !== null) return descriptorOf(provider);
  return await context.prompter.select({
    message: 'Which system?',
    flag: '--provider',
    choices: descriptors.map((one) => ({ value: one, name: one.title })),
  });
}

interface Given {
  readonly settings: Values;
  readonly secrets: Values;
  readonly baseUrl: string | null;
}

/** What flags, the secrets file and (with `--from-env`) the environment say. */
async function readGiven(
  context: Context,
  descriptor: ProviderDescriptor,
  input: { readonly secrets: string | null; readonly fromEnv: boolean },
): Promise<Given> {
  const lines: Readonly<Record<string, string | undefined>> = {
    ...(input.fromEnv ? context.env : {}),
    ...(input.secrets === null ? {} : readLines(await context.read(input.secrets))),
  };
  const pick = (fields: readonly AccountField[]): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const field of fields) {
      const name = [...field.env, field.key].find((one) => (lines[one] ?? '') !== '');
      const value = name === undefined ? undefined : lines[name];
      if (value !== undefined) found[field.key] = field.parse === undefined ? value : field.parse(value);
    }
    return found;
  };
  const secrets = pick(descriptor.secrets);
  if (input.secrets !== null && Object.keys(secrets).length === 0) {
    const names = descriptor.secrets.flatMap((field) => field.env.slice(0, 1));
    throw new DashctlError(
      'no-credentials',
      `${input.secrets === '-' ? 'stdin' : input.secrets} holds none of the secrets of ${descriptor.title}.`,
      {
        hint: `Write lines such as ${names[0] ?? 'TOKEN'}=…; known names: ${names.join(', ')}.`,
      },
    );
  }
  const fromFlags = Object.fromEntries(
    descriptor.settings.flatMap((field) => {
      const value = context.globals.settings[field.key];
      return value === undefined ? [] : [[field.key, field.parse === undefined ? value : field.parse(value)]];
    }),
  );
  const baseUrlName = descriptor.baseUrlEnv.find((name) => (lines[name] ?? '') !== '');
  return {
    settings: { ...pick(descriptor.settings), ...fromFlags },
    secrets,
    baseUrl: context.globals.baseUrl ?? (baseUrlName === undefined ? null : (lines[baseUrlName] ?? null)),
  };
}

/** Lines `NAME=VALUE`, as `env` prints them and shells read them; `export`, quotes and comments are understood. */
function readLines(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of content.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const [, name, value] = match ?? [];
    if (name !== undefined && value !== undefined) values[name] = value.replace(/^(['"])(.*)\1$/, '$2');
  }
  return values;
}

async function askSettings(context: Context, descriptor: ProviderDescriptor, given: Values): Promise<Values> {
  if (!context.prompter.available) return given;
  const settings = { ...given };
  for (const field of descriptor.settings) {
    if (settings[field.key] !== undefined || field.flag === null) continue;
    const answer = await context.prompter.text({
      message: field.question,
      flag: `--${field.flag}`,
      default: '',
      validate: (value) => problemWith(field, value),
    });
    if (answer !== '') settings[field.key] = field.parse === undefined ? answer : field.parse(answer);
  }
  return settings;
}

function problemWith(field: AccountField, value: string): string | null {
  if (value === '') return null;
  try {
    field.parse?.(value);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function askBaseUrl(
  context: Context,
  descriptor: ProviderDescriptor,
  settings: Values,
  given: string | null,
): Promise<string | null> {
  if (given !== null) return given.replace(/\/+$/, '');
  if (descriptor.defaultBaseUrl(settings) !== null) return null;
  const answer = await context.prompter.text({
    message: `Address of ${descriptor.title}, such as https://${descriptor.name}.example.com`,
    flag: '--base-url',
    validate: (value) => (URL.canParse(value) ? null : 'That is no web address.'),
  });
  return answer.replace(/\/+$/, '');
}

async function askSecrets(
  context: Context,
  descriptor: ProviderDescriptor,
  settings: Values,
  given: Values,
): Promise<Values> {
  const secrets = { ...given };
  for (const field of descriptor.secrets) {
    if (descriptor.missingSecrets(secrets, settings) === null) break;
    if (secrets[field.key] !== undefined) continue;
    if (!context.prompter.available) break;
    const answer = await context.prompter.secret({ message: field.question, flag: '--secrets' });
    if (answer !== '') secrets[field.key] = answer;
  }
  const missing = descriptor.missingSecrets(secrets, settings);
  if (missing === null) return secrets;
  throw new DashctlError('no-credentials', missing, {
    hint: 'Give them with --secrets FILE (- for stdin) or --from-env.',
    provider: descriptor.name,
  });
}

async function askName(context: Context, descriptor: ProviderDescriptor): Promise<string> {
  return await context.prompter.text({
    message: 'Name of the profile',
    flag: 'NAME',
    default: descriptor.name,
    validate: (value) => {
      try {
        checkProfileName(value);
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
}
