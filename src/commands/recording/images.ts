/** Images on their way into the journal: normalised states by fingerprint, secrets sealed. */
import { journalFolder } from '../../config/paths.ts';
import { fingerprint } from '../../journal/canonical.ts';
import { isSameRef } from '../../journal/history.ts';
import { openVault } from '../../journal/vault.ts';
import type { Context } from '../../cli/context.ts';
import type { KeptAfter, KeptChange, KeptImage } from '../../journal/records.ts';
import type { Operation } from '../../journal/journal.ts';
import type { Vault } from '../../journal/vault.ts';
import type { Image, ImageRef, PlannedImage } from '../../model/image.ts';
import type { Account, ImageCapability } from '../../providers/provider.ts';

/** Opens the vault on first use: most images hold no secret. */
export type LazyVault = () => Promise<Vault>;

export function lazyVault(context: Pick<Context, 'folders' | 'files'>): LazyVault {
  let vault: Promise<Vault> | null = null;
  const folder = journalFolder(context.folders.state);
  return () => (vault ??= context.files().then((files) => openVault(folder, files)));
}

/** What an image becomes in the journal; null when its state holds a credential of the account: that is never kept. */
export async function keep(
  image: Image,
  { run, op }: Operation,
  account: Account,
  vault: LazyVault,
): Promise<KeptImage | null> {
  const text = JSON.stringify(image.state);
  if (Object.values(account.secrets).some((secret) => secret.length >= 8 && text.includes(secret)))
    return null;
  const secrets = image.secrets ?? {};
  const sealed = Object.keys(secrets).length === 0 ? {} : (await vault()).seal(`${run}.${op}`, secrets);
  return { state: image.state, fingerprint: fingerprint(image.state), secrets: sealed };
}

/** Whether a thing is as the journal has it, its secrets included. */
export async function isAsKept(image: Image, kept: KeptImage, vault: LazyVault): Promise<boolean> {
  if (fingerprint(image.state) !== kept.fingerprint) return false;
  const secrets = image.secrets ?? {};
  const names = Object.keys(kept.secrets);
  if (names.length !== Object.keys(secrets).length) return false;
  if (names.length === 0) return true;
  const opened = await vault();
  return names.every((name) => {
    const secret = secrets[name];
    return secret !== undefined && opened.digest(secret) === kept.secrets[name]?.digest;
  });
}

/** The image of every thing that a plan changes, as it is just before the write. */
export async function imagesBefore(
  images: ImageCapability | null,
  planned: readonly PlannedImage[],
): Promise<readonly (Image | null)[]> {
  return await Promise.all(
    planned.map(async ({ ref, before }) => {
      if (ref === null) return null;
      return before ?? (await images?.read(ref)) ?? null;
    }),
  );
}

/** What an intent says of the things that it changes. */
export async function keptChanges(
  planned: readonly PlannedImage[],
  before: readonly (Image | null)[],
  operation: Operation,
  account: Account,
  vault: LazyVault,
): Promise<KeptChange[]> {
  return await Promise.all(
    planned.map(async ({ ref, kind, expected, likeness, between = [] }, index) => {
      const image = before[index] ?? null;
      return {
        ref,
        kind,
        before: image === null ? null : await keep(image, operation, account, vault),
        expected: expected === undefined ? null : { state: expected, fingerprint: fingerprint(expected) },
        ...(likeness === undefined ? {} : { likeness }),
        ...(between.length === 0 ? {} : { between: between.map(fingerprint) }),
      };
    }),
  );
}

/** A thing after a write, as a result says it; the state is left out where it is the expected one. */
export async function keptAfter(
  ref: ImageRef,
  image: Image | null,
  expected: KeptChange['expected'],
  operation: Operation,
  account: Account,
  vault: LazyVault,
): Promise<KeptAfter> {
  const kept = image === null ? null : await keep(image, operation, account, vault);
  if (kept === null) return { ref, kind: ref.kind, after: null };
  const { state, ...rest } = kept;
  const asExpected = expected?.fingerprint === kept.fingerprint;
  return { ref, kind: ref.kind, after: asExpected ? rest : { ...rest, state } };
}

/** The things that a plan changes and those that it made, each once. */
export function refsAfter(
  planned: readonly PlannedImage[],
  created: readonly ImageRef[],
): readonly ImageRef[] {
  const refs = planned.flatMap(({ ref }) => (ref === null ? [] : [ref]));
  const made = created.filter((ref) => !refs.some((known) => isSameRef(known, ref)));
  return [...refs, ...made];
}
