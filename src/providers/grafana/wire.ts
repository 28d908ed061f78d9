/**
 * Grafana's wire types, parsed at the edge. Schemas name only what dashctl reads, keep unknown keys, and take absent
 * and null alike, since versions differ in what they send (api/grafana.md §6.1, §9).
 */
import * as v from 'valibot';

import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';

const text = v.nullish(v.string(), null);
const flag = v.nullish(v.boolean(), null);
const id = v.nullish(v.pipe(v.number(), v.safeInteger()), null);

export const healthWire = v.looseObject({ version: text });
export const settingsWire = v.looseObject({ buildInfo: v.nullish(v.looseObject({ version: text }), null) });

export const userWire = v.looseObject({ id, login: text, email: text, name: text, isGrafanaAdmin: flag });
export const orgWire = v.looseObject({ id: v.number(), name: text });
export const userOrgsWire = v.array(v.looseObject({ orgId: v.number(), name: text, role: text }));
export const orgUsersWire = v.array(
  v.looseObject({ userId: v.number(), login: text, email: text, name: text, role: text }),
);
export const serviceAccountsWire = v.looseObject({
  serviceAccounts: v.nullish(v.array(v.looseObject({ id: v.number(), name: text, login: text })), []),
});
export const teamWire = v.looseObject({ id: v.number(), name: v.string(), email: text });
export const teamsWire = v.looseObject({ totalCount: v.nullish(v.number(), 0), teams: v.array(teamWire) });
export const userTeamsWire = v.array(teamWire);

export const searchWire = v.array(
  v.looseObject({
    id,
    uid: text,
    title: v.nullish(v.string(), ''),
    url: text,
    type: text,
    tags: v.nullish(v.array(v.string()), []),
    folderId: id,
    folderUid: text,
    folderTitle: text,
  }),
);
export type SearchRow = v.InferOutput<typeof searchWire>[number];

export const dashboardWire = v.looseObject({
  meta: v.looseObject({
    url: text,
    created: text,
    updated: text,
    createdBy: text,
    isFolder: flag,
    folderId: id,
    folderUid: text,
    folderTitle: text,
    folderUrl: text,
    hasAcl: flag,
    provisioned: flag,
    publicDashboardEnabled: flag,
  }),
  dashboard: v.looseObject({
    id,
    uid: text,
    title: v.nullish(v.string(), ''),
    description: text,
    tags: v.nullish(v.array(v.string()), []),
    version: id,
  }),
});
export type DashboardWire = v.InferOutput<typeof dashboardWire>;

export const savedWire = v.looseObject({ id, uid: text, version: id, url: text });
export const folderWire = v.looseObject({ id, uid: text, title: v.nullish(v.string(), ''), parentUid: text });
export type FolderWire = v.InferOutput<typeof folderWire>;

/** A row of `/acl` and `/permissions`. `permission` may be any number that was ever stored. */
export const aclRowsWire = v.array(
  v.looseObject({
    id,
    dashboardId: id,
    folderId: id,
    created: text,
    userId: id,
    userLogin: text,
    userEmail: text,
    teamId: id,
    team: text,
    role: text,
    permission: v.nullish(v.number(), 0),
    permissionName: text,
    uid: text,
    inherited: flag,
  }),
);
export type AclRow = v.InferOutput<typeof aclRowsWire>[number];

/** A row of `/api/access-control/…` (api/grafana.md §7.2). */
export const accessRowsWire = v.array(
  v.looseObject({
    id,
    isManaged: flag,
    isInherited: flag,
    userId: id,
    userLogin: text,
    teamId: id,
    team: text,
    builtInRole: text,
    permission: v.nullish(v.string(), ''),
  }),
);
export type AccessRow = v.InferOutput<typeof accessRowsWire>[number];

/** A public dashboard with its settings (api/grafana.md §8). `recipients` belong to sharing by e-mail. */
export const publicDashboardWire = v.looseObject({
  uid: v.string(),
  accessToken: text,
  dashboardUid: text,
  isEnabled: v.boolean(),
  timeSelectionEnabled: flag,
  annotationsEnabled: flag,
  share: text,
  createdAt: text,
  createdBy: id,
  recipients: v.nullish(v.array(v.looseObject({ recipient: text })), null),
});
export type PublicDashboardWire = v.InferOutput<typeof publicDashboardWire>;

/** A row of the list of public dashboards, which leaves the settings out. */
export const publicDashboardRowWire = v.looseObject({
  uid: v.string(),
  accessToken: text,
  title: text,
  dashboardUid: v.string(),
  isEnabled: v.boolean(),
});
export type PublicDashboardRow = v.InferOutput<typeof publicDashboardRowWire>;

export const publicDashboardsWire = v.looseObject({
  publicDashboards: v.nullish(v.array(publicDashboardRowWire), []),
  totalCount: v.nullish(v.number(), null),
});

/**
 * Parses an answer.
 * @throws DashctlError `bad-answer` that names the first place where the answer differs from the API
 */
export function parseWire<Schema extends v.GenericSchema>(
  schema: Schema,
  response: HttpResponse,
  what: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, response.json());
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new DashctlError(
    'bad-answer',
    `The answer for ${what} is not what Grafana's API promises: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`,
    { status: response.status },
  );
}
