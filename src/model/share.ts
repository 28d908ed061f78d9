import type { ProviderName } from './profile.ts';
import type { Json, Shape } from './shape.ts';

/** A person with access to an invite share. */
export interface Invitee {
  readonly email: string;
  readonly expiresAt: string | null;
  readonly lastAccessedAt: string | null;
}

/** A way to see a dashboard from outside: a link, an invite-only link, an embed. `token` and `url` are secrets. */
export interface Share {
  readonly ref: string;
  readonly profile: string;
  readonly provider: ProviderName;
  /** `PROFILE/ID` of the dashboard. */
  readonly dashboard: string;
  readonly id: string | null;
  readonly token: string | null;
  readonly url: string | null;
  /** `open`, `invite`, `embed`, `secure-embed`; `public`, `email` elsewhere. */
  readonly type: string;
  /** `revoked` is what a revocation answers: nothing opens with it any more. */
  readonly status: 'active' | 'paused' | 'revoked';
  readonly title: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string | null;
  readonly createdBy: string | null;
  readonly lastAccessedAt: string | null;
  readonly invitees: readonly Invitee[] | null;
  readonly passwordRequired: boolean | null;
  /** The provider's remaining settings, camelCase. */
  readonly settings: Json;
}

export const shareShape: Shape = {
  noun: 'share',
  plural: 'shares',
  fields: [
    {
      key: 'ref',
      kind: 'id',
      table: 'if-room',
      summary:
        'Reference that share and invite commands take: PROFILE/TOKEN, a secret, or of the dashboard where that has one link',
    },
    { key: 'profile', kind: 'text', table: 'no', summary: 'Profile that it was read with' },
    { key: 'provider', kind: 'text', table: 'no', summary: 'System' },
    { key: 'dashboard', kind: 'id', table: 'yes', summary: 'Reference of the dashboard' },
    { key: 'id', kind: 'id', table: 'no', summary: "The provider's own id of the share" },
    { key: 'token', kind: 'id', table: 'no', summary: 'Token in the address; a secret' },
    { key: 'url', kind: 'url', table: 'no', summary: 'Address to hand out; a secret' },
    { key: 'type', kind: 'text', table: 'yes', summary: 'open, invite, embed, secure-embed, public, email' },
    { key: 'status', kind: 'text', table: 'yes', summary: 'active or paused; revoked after share revoke' },
    { key: 'title', kind: 'text', table: 'yes', weight: 3, summary: 'Title shown to viewers' },
    { key: 'expiresAt', kind: 'time', table: 'yes', summary: 'When it ends' },
    { key: 'createdAt', kind: 'time', table: 'no', summary: 'When it was created' },
    { key: 'createdBy', kind: 'text', table: 'no', summary: 'Who created it' },
    { key: 'lastAccessedAt', kind: 'time', table: 'no', summary: 'When somebody last looked' },
    { key: 'invitees', kind: 'object', table: 'no', summary: 'People with access to an invite share' },
    { key: 'passwordRequired', kind: 'boolean', table: 'no', summary: 'Whether viewers need a password' },
    { key: 'settings', kind: 'object', table: 'no', summary: 'Further settings of the provider' },
  ],
};

/** What `share create` and `share update` ask for; `null` means "not said". */
export interface ShareDraft {
  readonly type: string | null;
  readonly status: 'active' | 'paused' | null;
  readonly title: string | null;
  /** ISO 8601 UTC; the word `never` takes an expiry away. */
  readonly expiresAt: string | null;
  /** Datadog live span: 15m 1h 4h 1d 2d 1w 1mo 3mo. */
  readonly liveSpan: string | null;
  readonly invite: readonly string[] | null;
  /** Domains that may embed. */
  readonly domains: readonly string[] | null;
  /** The provider's own JSON text, sent as it is but for server-owned fields. */
  readonly body: string | null;
  /** Whether viewers need a password. */
  readonly passwordRequired?: boolean | null;
  /** Whether viewers may choose the time frame (Grafana). */
  readonly timeSelection?: boolean | null;
  /** Whether viewers see annotations (Grafana). */
  readonly annotations?: boolean | null;
}
