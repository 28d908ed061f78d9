import type { ProviderName } from './profile.ts';
import type { Shape } from './shape.ts';

/** An invitation to a shared dashboard. */
export interface Invitation {
  readonly profile: string;
  readonly provider: ProviderName;
  /** `PROFILE/TOKEN` of the share. */
  readonly share: string;
  readonly email: string;
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  /** Whether the invited person is logged in now. */
  readonly hasSession: boolean | null;
  readonly sessionExpiresAt: string | null;
}

export const invitationShape: Shape = {
  noun: 'invitation',
  plural: 'invitations',
  fields: [
    { key: 'profile', kind: 'text', table: 'several-profiles', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'share', kind: 'id', table: 'no', summary: 'Reference of the share; a secret' },
    { key: 'email', kind: 'id', table: 'yes', summary: 'Who is invited' },
    { key: 'createdAt', kind: 'time', table: 'yes', summary: 'When the invitation was sent' },
    { key: 'expiresAt', kind: 'time', table: 'yes', summary: 'Until when the invitation can be accepted' },
    { key: 'hasSession', kind: 'boolean', table: 'yes', summary: 'Whether the person is logged in' },
    { key: 'sessionExpiresAt', kind: 'time', table: 'yes', summary: 'When that login ends' },
  ],
};
