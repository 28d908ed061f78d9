import type { ProviderName } from './profile.ts';
import type { Shape } from './shape.ts';

/** A password that lets viewers through the lock of a share. */
export interface SharePassword {
  /** Reference of the share. */
  readonly ref: string;
  readonly profile: string;
  readonly provider: ProviderName;
  readonly id: string;
  /** A secret that the server shows once, when it is made; null ever after. */
  readonly password: string | null;
  readonly note: string | null;
  readonly createdAt: string | null;
  readonly createdBy: string | null;
}

export const sharePasswordShape: Shape = {
  noun: 'password',
  plural: 'passwords',
  fields: [
    { key: 'ref', kind: 'id', table: 'yes', summary: 'Reference of the share' },
    { key: 'profile', kind: 'text', table: 'no', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'id', kind: 'id', table: 'yes', summary: 'Id to remove it by' },
    { key: 'password', kind: 'id', table: 'yes', summary: 'The password; a secret, shown once' },
    { key: 'note', kind: 'text', table: 'yes', summary: 'What it is for' },
    { key: 'createdAt', kind: 'time', table: 'no', summary: 'When it was made' },
    { key: 'createdBy', kind: 'text', table: 'no', summary: 'Who made it' },
  ],
};
