/**
 * Secrets that undo needs, kept encrypted: AES-256-GCM under a key in a file of its own, bound to the operation and the name
 * that they belong to. A secret that only has to be compared is kept as a keyed digest, since a bare hash of a short one
 * could be guessed.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { withLock } from '../files/lock.ts';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { canonicalText } from './canonical.ts';
import { prepareFolder } from './folder.ts';
import type { FileOperations } from '../files/operations.ts';
import type { Image } from '../model/image.ts';
import type { Json } from '../model/shape.ts';
import type { KeptSecret } from './records.ts';

export interface Vault {
  /** @param owner what the secrets belong to: `RUN.OP`. */
  seal(owner: string, secrets: NonNullable<Image['secrets']>): Record<string, KeptSecret>;
  /** The secrets that can still be opened; `lost` names the others. */
  unseal(
    owner: string,
    kept: Readonly<Record<string, KeptSecret>>,
  ): { readonly secrets: Readonly<Record<string, string>>; readonly lost: readonly string[] };
  /** Equal for equal values under the same key, and useless to anybody else. */
  digest(value: Json): string;
}

const keyFile = 'key';
const keyText = /^[0-9a-f]{64}\n$/;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Opens the vault of a journal folder; folder and key are made when there are none.
 * @throws DashctlError `file`
 */
export async function openVault(folder: string, files: FileOperations): Promise<Vault> {
  await prepareFolder(folder, files);
  const path = join(folder, keyFile);
  const key = (await readKey(path)) ?? (await withLock(`${path}.lock`, {}, () => makeKey(path)));
  return vaultOf(key);
}

async function readKey(path: string): Promise<Buffer | null> {
  const found = await readPrivateFile(path);
  return found !== null && keyText.test(found.text) ? Buffer.from(found.text, 'hex') : null;
}

/** Under a lock: somebody else may have made it meanwhile. */
async function makeKey(path: string): Promise<Buffer> {
  const found = await readKey(path);
  if (found !== null) return found;
  const key = randomBytes(32);
  await writePrivateFile(path, `${key.toString('hex')}\n`);
  return key;
}

function vaultOf(key: Buffer): Vault {
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'dashctl journal: sealing', 32));
  const digesting = Buffer.from(hkdfSync('sha256', key, '', 'dashctl journal: digests', 32));

  const digest = (value: Json): string =>
    createHmac('sha256', digesting).update(canonicalText(value)).digest('hex');

  return {
    digest,
    seal(owner, secrets) {
      return Object.fromEntries(
        Object.entries(secrets).map(([name, secret]) => {
          const iv = randomBytes(ivBytes);
          const cipher = createCipheriv('aes-256-gcm', sealing, iv);
          cipher.setAAD(Buffer.from(`${owner} ${name}`));
          const text = Buffer.concat([cipher.update(Buffer.from(secret)), cipher.final()]);
          const sealed = Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
          return [name, { digest: digest(secret), sealed }];
        }),
      );
    },
    unseal(owner, kept) {
      const secrets: Record<string, string> = {};
      const lost: string[] = [];
      for (const [name, { sealed }] of Object.entries(kept)) {
        const opened = sealed === null ? null : open(sealing, `${owner} ${name}`, sealed);
        if (opened === null) lost.push(name);
        else secrets[name] = opened;
      }
      return { secrets, lost };
    },
  };
}

/** Null when it was sealed under another key, for something else, or was changed. */
function open(key: Buffer, owner: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < ivBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
  } catch {
    return null;
  }
}
