import type { ProviderName } from './profile.ts';
import type { Shape } from './shape.ts';

/** A dashboard, the same for every provider. Times are ISO 8601 UTC; `null` where the provider has nothing. */
export interface Dashboard {
  /** `PROFILE/ID`: paste it into any command. */
  readonly ref: string;
  readonly profile: string;
  readonly provider: ProviderName;
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  /** Absolute address in the browser. */
  readonly url: string | null;
  readonly folder: string | null;
  readonly tags: readonly string[] | null;
  /** E-mail or login of the author. */
  readonly owner: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deletedAt: string | null;
  /** Whether a link to it exists; null when the answer does not say. */
  readonly shared: boolean | null;
  /** Whether it has rules of its own; null when the answer does not say. */
  readonly restricted: boolean | null;
}

export const dashboardShape: Shape = {
  noun: 'dashboard',
  plural: 'dashboards',
  fields: [
    { key: 'ref', kind: 'id', table: 'yes', summary: 'Reference that any command takes: PROFILE/ID' },
    { key: 'profile', kind: 'text', table: 'no', summary: 'Profile that it was read with' },
    {
      key: 'provider',
      kind: 'text',
      table: 'no',
      summary: 'System: datadog, grafana, posthog, gtmhub, syntho',
    },
    { key: 'id', kind: 'id', table: 'no', summary: "The provider's own id" },
    { key: 'title', kind: 'text', table: 'yes', weight: 3, summary: 'Title' },
    { key: 'description', kind: 'text', table: 'no', summary: 'Description' },
    { key: 'url', kind: 'url', table: 'no', summary: 'Address in the browser' },
    { key: 'folder', kind: 'text', table: 'if-room', summary: 'Folder' },
    { key: 'tags', kind: 'list', table: 'if-room', summary: 'Tags' },
    { key: 'owner', kind: 'text', table: 'yes', summary: 'E-mail or login of the author' },
    { key: 'createdAt', kind: 'time', table: 'no', summary: 'When it was created' },
    { key: 'updatedAt', kind: 'time', table: 'yes', summary: 'When it was last changed' },
    { key: 'deletedAt', kind: 'time', table: 'if-filled', summary: 'When it was deleted' },
    { key: 'shared', kind: 'boolean', table: 'no', summary: 'Whether a link to it exists' },
    { key: 'restricted', kind: 'boolean', table: 'no', summary: 'Whether it has access rules of its own' },
  ],
};

/** What `dashboards list` asks for. Filters that a server lacks are applied locally. */
export interface DashboardQuery {
  /** Only titles that contain this text, case-insensitive. */
  readonly search: string | null;
  readonly shared: boolean | null;
  /** The trash instead of the live ones. */
  readonly deleted: boolean;
  readonly tags: readonly string[];
  readonly folder: string | null;
  /** At most so many rows in all; null means all. */
  readonly limit: number | null;
  /** Rows per request; null means the provider's default. */
  readonly pageSize: number | null;
}

/** A new dashboard, or a whole new body for one. */
export interface DashboardDraft {
  /** The provider's own JSON text, as read from a file; server-owned fields are stripped before it is sent. */
  readonly body: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly tags: readonly string[] | null;
  /** Folder uid or title (Grafana). */
  readonly folder: string | null;
  /** `ordered` or `free` (Datadog). */
  readonly layout: string | null;
  /** Key of a template to start from (PostHog). */
  readonly template?: string | null;
  /** Id of a dashboard to start from (PostHog). */
  readonly useDashboard?: string | null;
  readonly pinned?: boolean | null;
  /** Who may change it: everyone in the project, or invited people (PostHog). */
  readonly restriction?: 'everyone' | 'invited' | null;
}
