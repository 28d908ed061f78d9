/** Who has what: the nouns and verbs of the providers, asked before any account is known. */
import { descriptors } from './registry.ts';
import type { ProviderName } from '../model/profile.ts';

/** Whether a provider has a verb. */
export function offersVerb(provider: ProviderName, noun: string, verb: string): boolean {
  return descriptors.find((one) => one.name === provider)?.offers[noun]?.includes(verb) ?? false;
}

/** Titles of the providers that have a noun, or one verb of it. */
export function providersWith(noun: string, verb?: string): string[] {
  return descriptors
    .filter((one) => {
      const verbs = one.offers[noun];
      return verbs !== undefined && (verb === undefined || verbs.includes(verb));
    })
    .map((one) => one.title);
}
