/** Asks for the profile where nothing on the line, in the environment or in the settings says which account is meant. */
import { profilesOf } from './candidates.ts';
import type { AccountRequest, ProfileStore } from '../config/index.ts';
import type { DashctlError } from '../errors.ts';
import type { Prompter } from '../output/prompts.ts';

export interface ProfileWorld {
  readonly prompter: Prompter;
  readonly profiles: () => ProfileStore;
  readonly request: AccountRequest;
}

/** @throws DashctlError the error itself when it is about something else; `cancelled` */
export async function chooseProfile(
  error: DashctlError,
  { prompter, profiles, request }: ProfileWorld,
): Promise<AccountRequest> {
  const among = candidatesIn(error);
  if (error.code !== 'no-profile' && among === null) throw error;
  const known = await profilesOf(profiles(), true);
  const offered = among === null ? known : known.filter(({ value }) => among.includes(value));
  if (offered.length === 0) throw error;
  const name = await prompter.select({
    message: 'Which profile?',
    flag: '--profile',
    choices: offered.map(({ value, title }) => ({ value, name: value, description: title })),
  });
  return { ...request, profiles: [name], allProfiles: false };
}

/** The profiles that an ambiguous name stands for. */
function candidatesIn({ code, details }: DashctlError): readonly unknown[] | null {
  if (code !== 'ambiguous' || typeof details !== 'object' || details === null) return null;
  return 'profiles' in details && Array.isArray(details.profiles) ? details.profiles : null;
}
