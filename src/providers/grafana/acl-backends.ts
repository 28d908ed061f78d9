/** The permission API that a server has. */
import { acl5Beta } from './acl-5-beta.ts';
import { aclAccessControl } from './acl-access-control.ts';
import type { AclBackend } from './acl-backend.ts';
import { aclPermissions } from './acl-permissions.ts';
import type { GrafanaApi } from './api.ts';
import type { Generation } from './generation.ts';

export function backendOf(api: GrafanaApi, generation: Generation): AclBackend {
  if (generation.name === 'acl') return acl5Beta(api);
  return generation.name === 'access-control' ? aclAccessControl(api) : aclPermissions(api, generation);
}
