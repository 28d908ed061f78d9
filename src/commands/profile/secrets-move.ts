import { defineCommand } from '../../cli/definition.ts';
import { any, flag } from '../../cli/options.ts';
import { asDashctlError, DashctlError } from '../../errors.ts';
import { chosenStore, credentialStore, placeOfSecrets } from './keep-secrets.ts';
import type { Context } from '../../cli/context.ts';
import type { CredentialStoreName } from '../../config/credential-store.ts';

export const secretsMoveCommand = defineCommand({
  noun: 'profile',
  verb: 'secrets-move',
  summary: 'Move the secrets of profiles to the keyring or to the file',
  description: [
    'Copies them to the new place, reads them back, and only then removes them from the old one. dashctl profile list says where secrets are.',
  ],
  args: { names: any('NAME', 'Saved profiles', 'profile') },
  options: { credentialStore, all: flag('Every saved profile that keeps secrets') },
  examples: [
    {
      note: 'Out of the file, into the keyring',
      command: 'dashctl profile secrets-move prod --credential-store keyring',
    },
    {
      note: 'Everything into the file, for a machine without a keyring',
      command: 'dashctl profile secrets-move --all --credential-store file',
    },
  ],
  writes: true,
  accounts: 'none',
  async run(context, input) {
    const to = chosenStore(context, input.credentialStore) ?? (await askStore(context));
    const names = await namesOf(context, input);
    if (names.length === 0) context.renderer.note('No profile keeps secrets.');
    let failed: DashctlError | null = null;
    for (const name of names) {
      try {
        await moveOne(context, name, to);
      } catch (error) {
        const known = asDashctlError(error);
        if (names.length === 1) throw known;
        context.renderer.warn(known.message);
        failed = known;
      }
    }
    if (failed !== null) {
      throw new DashctlError('partial', 'The secrets of some profiles stayed where they were.', {
        hint: failed.hint ?? 'See where they are: dashctl profile list',
      });
    }
  },
});

async function moveOne(context: Context, name: string, to: CredentialStoreName): Promise<void> {
  if (context.globals.dryRun) {
    const { secretStore } = await context.profiles().get(name);
    context.renderer.note(`Would move the secrets of ${name} from the ${secretStore} to the ${to}.`);
    return;
  }
  const moved = await context.profiles().moveSecrets(name, to);
  const where = placeOfSecrets(context, to);
  context.renderer.note(
    moved ? `Moved the secrets of ${name}. ${where}` : `Nothing to move for ${name}. ${where}`,
  );
}

async function askStore(context: Context): Promise<CredentialStoreName> {
  return await context.prompter.select<CredentialStoreName>({
    message: 'Where to?',
    flag: '--credential-store',
    choices: [
      { value: 'keyring', name: 'Keyring of the operating system' },
      { value: 'file', name: 'File that only you can read' },
    ],
  });
}

async function namesOf(
  context: Context,
  input: { readonly names: readonly string[]; readonly all: boolean },
): Promise<readonly string[]> {
  const names = await context.expand(input.names);
  if (names.length > 0 && input.all) {
    throw new DashctlError('usage', '--all and names of profiles contradict each other.', {
      hint: 'Use one of them.',
    });
  }
  if (names.length === 0 && !input.all) {
    throw new DashctlError('missing-input', 'No profile was named.', { hint: 'Name some, or give --all.' });
  }
  if (!input.all) return names;
  const saved = await context.profiles().list();
  return saved.filter((one) => one.secretStore !== 'none').map((one) => one.name);
}
