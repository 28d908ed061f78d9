/** The permissions that roles of the sandbox can hold; names as in api/datadog.md §1. */

export interface Permission {
  readonly id: string;
  readonly name: string;
  readonly group: string;
}

const names: readonly (readonly [name: string, group: string])[] = [
  ['dashboards_read', 'Dashboards'],
  ['dashboards_write', 'Dashboards'],
  ['dashboards_public_share', 'Dashboards'],
  ['dashboards_embed_share', 'Dashboards'],
  ['dashboards_invite_share', 'Dashboards'],
  ['user_access_read', 'Access Management'],
  ['user_access_invite', 'Access Management'],
  ['user_access_manage', 'Access Management'],
  ['teams_read', 'Teams'],
  ['teams_manage', 'Teams'],
];

export const permissions: readonly Permission[] = names.map(([name, group], index) => ({
  id: `d90f68${(0x30 + index).toString(16)}-d3d8-11e9-a77a-b3404e5e9ee2`,
  name,
  group,
}));

/** What a role can do when nothing is said, as the server gives it to a new role. */
export const readPermissions: readonly string[] = ['dashboards_read', 'user_access_read', 'teams_read'];

/** A permission's id by its name; roles hold only names of the table. */
export function permissionId(name: string): string {
  return permissions.find((permission) => permission.name === name)?.id ?? name;
}
