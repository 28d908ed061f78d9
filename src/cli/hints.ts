/** Commands in hints run as they stand: they name the account that they are about. */
import { descriptors } from '../providers/registry.ts';
import type { Account } from '../providers/provider.ts';

/** Nouns whose commands ask an account. */
const nouns = new Set(descriptors.flatMap(({ offers }) => Object.keys(offers)));

/** `dashctl NOUN VERB`, and what follows up to the end of the sentence or the next command. */
const command = /\bdashctl ([a-z]+) ([a-z-]+)(?![\w-])((?:(?!dashctl |[;)\n]|\.(?:\s|$)).)*)/g;

/** The hint with the account in every command that names none, by profile or reference. */
export function withAccount(hint: string, account: Account): string {
  const words = accountWords(account);
  return hint.replace(command, (whole: string, noun: string, verb: string, rest: string) => {
    if (!nouns.has(noun)) return whole;
    const named =
      /(?:^|\s)(?:-p|--profile|--provider)[ =]/.test(rest) || rest.includes(`${account.profile}/`);
    return named ? whole : `dashctl ${noun} ${verb} ${words}${rest}`;
  });
}

/** How this account is named on a command line. */
export function accountWords({ profile, provider, sources }: Account): string {
  const kind = sources?.provider.kind ?? 'profile';
  // Variables or flags alone made it: then there is no profile of that name.
  return kind === 'flag' || kind === 'environment' ? `--provider ${provider}` : `-p ${profile}`;
}
