/** Asks for the values that a command cannot do without: by a list where there is one, by a line of text elsewhere. */
import { DashctlError } from '../errors.ts';
import { parseEmail } from '../model/email.ts';
import { levels } from '../model/level.ts';
import { parsePrincipal } from '../model/principal-text.ts';
import { parseReference } from '../model/ref.ts';
import { accountsToAsk, dashboardsOf, principalsOf, profilesOf } from './candidates.ts';
import { kebabCase } from './global-options.ts';
import type { AclResource, Provider } from '../providers/provider.ts';
import type { Choice } from '../output/prompts.ts';
import type { Named } from './candidates.ts';
import type { Context } from './context.ts';
import type { ValueKind } from './definition.ts';

export interface AskedValue {
  /** The flag or argument that answers it. */
  readonly flag: string;
  /** Instead of what is usually asked for this kind. */
  readonly message?: string;
  readonly choices?: readonly string[] | null;
  /** Where a grant is to be changed, so that people and levels of that very place are offered. */
  readonly place?: { readonly provider: Provider; readonly resource: AclResource };
}

/** Asks for an argument or option of the command by its name; the answer is what `run` gets. */
export async function askFor(context: Context, name: string): Promise<unknown> {
  const { command } = context;
  const argument = command.args[name];
  if (argument !== undefined) {
    const { placeholder: flag, kind, count, choices = null, summary } = argument;
    const message = kind === 'text' || kind === 'file' ? `${flag}: ${summary}` : undefined;
    const value = await askValue(context, kind, {
      flag,
      choices,
      ...(message === undefined ? {} : { message }),
    });
    return count === 'many' ? [value] : value;
  }
  const option = command.options[name];
  if (option === undefined) throw new DashctlError('internal', `There is nothing to ask for ${name}.`);
  const { kind, choices, question: message = option.summary } = option;
  return option.parse(await askValue(context, kind, { flag: `--${kebabCase(name)}`, choices, message }));
}

/** Asks for a value of a kind. @throws DashctlError `missing-input` where nobody can be asked, `cancelled` */
export async function askValue(context: Context, kind: ValueKind, asked: AskedValue): Promise<string> {
  const { prompter } = context;
  const { flag, choices = null, place } = asked;
  const say = (message: string): { message: string; flag: string } => ({
    message: asked.message ?? message,
    flag,
  });
  if (choices !== null) return await prompter.select({ ...say('Which one?'), choices: choices.map(plain) });
  switch (kind) {
    case 'dashboard':
    case 'share': {
      const message = kind === 'share' ? 'Which shared dashboard?' : 'Which dashboard?';
      // First, since which account it is may be a question of its own.
      const providers = await accountsToAsk(context, context.command, null);
      return await prompter.pick({
        ...say(message),
        choices: shown(dashboards(context, providers, kind === 'share')),
        accepts: problem(parseReference),
      });
    }
    case 'profile': {
      const onlySaved =
        context.command.noun === 'profile' && !['show', 'test'].includes(context.command.verb);
      const found = await profilesOf(context.profiles(), !onlySaved);
      if (found.length === 0) {
        throw new DashctlError('unknown-profile', 'There is no saved profile.', {
          hint: 'Add one with dashctl profile add.',
        });
      }
      return await prompter.select({
        ...say('Which profile?'),
        choices: found.map(({ value, title }) => ({ value, name: value, description: title })),
      });
    }
    case 'principal':
      return await prompter.pick({
        ...say('Who?'),
        choices: shown(place === undefined ? nobody() : principalsOf(place.provider, place.resource)),
        accepts: problem(parsePrincipal),
      });
    case 'level': {
      const known = place?.provider.acl?.levels;
      const offered =
        known === undefined
          ? levels.map(plain)
          : known.flatMap(({ level, native }) =>
              level === null ? [] : [{ value: level, name: level, description: native }],
            );
      return await prompter.select({ ...say('Which level?'), choices: offered });
    }
    case 'grant': {
      const who = await askValue(context, 'principal', { ...asked, message: 'Who?' });
      return `${who}=${await askValue(context, 'level', { ...asked, message: `Which level for ${who}?` })}`;
    }
    case 'email':
      return await prompter.text({ ...say('Which e-mail address?'), validate: problem(parseEmail) });
    case 'file':
    case 'text':
    case 'number':
    case 'provider':
      return await prompter.text({
        ...say(flag),
        validate: (value) => (value === '' ? 'Something has to be typed.' : null),
      });
  }
}

async function* dashboards(
  { command }: Context,
  providers: readonly Provider[],
  shared: boolean,
): AsyncIterable<Named> {
  const wish = { shared, deleted: command.verb === 'restore', long: true };
  for (const provider of providers) yield* dashboardsOf(provider, wish);
}

async function* nobody(): AsyncIterable<Named> {
  // Nobody is known: the name is typed.
}

async function* shown(named: AsyncIterable<Named>): AsyncIterable<Choice<string>> {
  for await (const { value, title } of named) {
    yield { value, name: title, ...(title.startsWith(value) ? {} : { description: value }) };
  }
}

function plain(word: string): Choice<string> {
  return { value: word, name: word };
}

/** What is wrong with a word, as its reader says; null when it can be read. */
function problem(read: (word: string) => unknown): (word: string) => string | null {
  return (word) => {
    try {
      read(word);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
