/**
 * What flags, environment and a profile each say about an account, value by value with its source. Layers know nothing
 * of each other; `resolve.ts` puts them in order.
 */
import { asDashctlError, DashctlError } from '../errors.ts';
import type { Source, Sourced } from '../model/profile.ts';
import type { AccountField, ProviderDescriptor } from '../providers/provider.ts';
import type { BoundSecrets } from './credential-store.ts';
import type { SavedProfile } from './profile-store.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type SourcedTexts = Readonly<Record<string, Sourced<string>>>;

export interface Layer {
  readonly baseUrl: Sourced<string> | null;
  readonly webUrl: Sourced<string> | null;
  readonly settings: SourcedTexts;
  readonly secrets: SourcedTexts;
}

/**
 * The layer of the command line.
 * @throws DashctlError `usage` for a setting that the provider does not have, `invalid-input` for a malformed one
 */
export function flagLayer(
  descriptor: ProviderDescriptor,
  flags: { readonly baseUrl: string | null; readonly settings: Readonly<Record<string, string>> },
): Layer {
  const settings: Record<string, Sourced<string>> = {};
  for (const [key, raw] of Object.entries(flags.settings)) {
    const field = descriptor.settings.find((one) => one.key === key);
    if (field === undefined) {
      throw new DashctlError('usage', `${descriptor.title} has no setting "${key}".`, {
        hint: `Its settings: ${descriptor.settings.flatMap((one) => (one.flag === null ? [] : [`--${one.flag}`])).join(', ')}.`,
      });
    }
    settings[key] = parsed(field, raw, { kind: 'flag', name: `--${field.flag ?? key}` });
  }
  const baseUrl: Sourced<string> | null =
    flags.baseUrl === null ? null : { value: flags.baseUrl, source: { kind: 'flag', name: '--base-url' } };
  return { baseUrl, webUrl: null, settings, secrets: {} };
}

/**
 * The layer of the environment; empty variables count as absent.
 * @param source names a variable as a source; the sandbox hands in variables of its own.
 * @throws DashctlError `invalid-input` naming the variable
 */
export function environmentLayer(
  descriptor: ProviderDescriptor,
  env: Environment,
  source: (variable: string) => Source = (name) => ({ kind: 'environment', name }),
): Layer {
  const first = (variables: readonly string[], tidy: (value: string) => string): Sourced<string> | null => {
    for (const name of variables) {
      const value = tidy(env[name] ?? '');
      if (value !== '') return { value, source: source(name) };
    }
    return null;
  };
  const trimmed = (value: string) => value.trim();
  // A password may end with a space; the line break at the end of a file that it was read from is no part of it.
  const withoutLineEnd = (value: string) => (value.trim() === '' ? '' : value.replace(/[\r\n]+$/, ''));
  const read = (fields: readonly AccountField[], secret: boolean) => {
    const found: Record<string, Sourced<string>> = {};
    for (const field of fields) {
      const raw = first(field.env, secret ? withoutLineEnd : trimmed);
      if (raw === null) continue;
      if (secret) refuseControls(raw);
      found[field.key] = parsed(field, raw.value, raw.source);
    }
    return found;
  };
  return {
    baseUrl: first(descriptor.baseUrlEnv, trimmed),
    webUrl: null,
    settings: read(descriptor.settings, false),
    secrets: read(descriptor.secrets, true),
  };
}

/** The layer of a saved profile. @throws DashctlError `invalid-input` for a malformed setting */
export function profileLayer(
  descriptor: ProviderDescriptor,
  profile: SavedProfile,
  secrets: BoundSecrets | null,
): Layer {
  const source: Source = { kind: 'profile', name: profile.name };
  const sourced = (value: string | null) => (value === null ? null : { value, source });
  const settings: Record<string, Sourced<string>> = {};
  for (const field of descriptor.settings) {
    const raw = Object.hasOwn(profile.settings, field.key) ? profile.settings[field.key] : undefined;
    if (raw !== undefined && raw !== '') settings[field.key] = parsed(field, raw, source);
  }
  const secretEntries = Object.entries(secrets?.values ?? {}).filter(([, value]) => value !== '');
  for (const [, value] of secretEntries) refuseControls({ value, source });
  return {
    baseUrl: sourced(profile.baseUrl),
    webUrl: sourced(profile.webUrl),
    settings,
    secrets: Object.fromEntries(secretEntries.map(([key, value]) => [key, { value, source }])),
  };
}

/** The bare values. */
export function valuesOf(texts: SourcedTexts): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, sourced]) => [key, sourced.value]));
}

/** How a source is called in a sentence: `--site`, `DD_SITE`, `profile "work"`. */
export function nameOfSource(source: Source): string {
  return source.kind === 'profile' || source.kind === 'built-in' ? `profile "${source.name}"` : source.name;
}

/** Runs a check and says in its error where the value stands. */
export function at<T>(source: Source, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const known = asDashctlError(error);
    throw new DashctlError(known.code, `${nameOfSource(source)}: ${known.message}`, {
      ...(known.hint === undefined ? {} : { hint: known.hint }),
      details: known.details,
    });
  }
}

function parsed(field: AccountField, raw: string, source: Source): Sourced<string> {
  return { value: at(source, () => field.parse?.(raw) ?? raw), source };
}

/** Such a secret could not be sent; the error of whoever tries would quote it. */
function refuseControls({ value, source }: Sourced<string>): void {
  if (!/\p{Cc}/u.test(value)) return;
  throw new DashctlError(
    'invalid-input',
    `${nameOfSource(source)} holds line breaks or control characters.`,
    {
      hint: 'Set it to the bare value.',
    },
  );
}
