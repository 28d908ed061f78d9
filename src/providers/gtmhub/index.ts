/** Gtmhub, connected to one account. */
import { DashctlError } from '../../errors.ts';
import type { PermissionCapability, Provider, ProviderWorld } from '../provider.ts';
import { readActionSet } from './action-set.ts';
import { gtmhubApi } from './api.ts';
import type { GtmhubContext } from './context.ts';
import { readError, withHints } from './errors.ts';
import { jsonOf, toAction, toActionSet, toDefaultAccess, toPermission } from './map.ts';
import { planCreate, planDelete, planUpdate } from './plans.ts';
import { planSetPrincipal } from './principal-plan.ts';
import { resolvePrincipal } from './principals.ts';

/** @throws DashctlError `no-credentials` without an account id, `invalid-input` for a base URL without its path */
export function connectGtmhub(world: ProviderWorld): Provider {
  const { account } = world;
  const accountId = account.settings['accountId'] ?? '';
  if (accountId === '') {
    throw new DashctlError('no-credentials', 'Gtmhub needs the id of the account with every request.', {
      hint: 'Give --account-id, or set QUANTIVE_ACCOUNT_ID (or GTMHUB_ACCOUNT_ID).',
    });
  }
  const basePath = new URL(account.baseUrl).pathname;
  refuseVendorWithoutPath(account.baseUrl);
  const token = account.secrets['token'] ?? '';
  // The header kept the product's first name; it belongs to every request, also where the API page leaves it out.
  const headers = { authorization: `Bearer ${token}`, 'gtmhub-accountid': accountId };
  const own = { headers: () => headers, readError, secrets: [token] };
  const client = withHints(world.http(own));
  const lookups = basePath.endsWith('/api/v1')
    ? withHints(world.http(own, basePath.replace(/1$/, '2')))
    : null;
  const context: GtmhubContext = { account, accountId, api: gtmhubApi(client, lookups) };
  return {
    account,
    async whoami() {
      const mine = readActionSet(jsonOf(await context.api.effective()));
      return {
        name: 'API token',
        kind: 'api-key',
        organization: accountId,
        role: null,
        server: null,
        missing: mine === null || mine.names.includes('ManageUsers') ? [] : ['ManageUsers'],
      };
    },
    send: (request) => client.send(request),
    urlOf: (request) => client.urlOf(request),
    async close() {
      await client.close();
      await lookups?.close();
    },
    perms: permissionCapability(context),
    images: async () => (await import('./images.ts')).imageCapability(context),
  };
}

function permissionCapability(context: GtmhubContext): PermissionCapability {
  const { api, account } = context;
  return {
    async actions() {
      const { items, response } = await api.actions();
      return { items: items.map((item) => toAction(item, account)), raw: response.body };
    },
    async allowed(target, type) {
      const { names, response } = await api.allowed(target, type);
      return { items: names.map((name) => toAction({ name }, account)), raw: response.body };
    },
    effective: async () => toActionSet(await api.effective(), account),
    ofPrincipal: async (who) => toActionSet(await api.ofPrincipal(await resolvePrincipal(api, who)), account),
    async defaultAccess(itemType, itemId) {
      const { wire, response } = await api.defaultAccess(itemType, itemId);
      return { value: toDefaultAccess(wire, { type: itemType, id: itemId }, account), raw: response.body };
    },
    async get(id) {
      const { wire, response } = await api.permission(id);
      return { value: toPermission(wire, account), raw: response.body };
    },
    planCreate: (draft) => planCreate(context, draft),
    planUpdate: (id, change) => planUpdate(context, id, change),
    planDelete: (id) => planDelete(context, id),
    planSetPrincipal: (who, change) => planSetPrincipal(context, who, change),
  };
}

/** The path in front of `/api/v1` differs between the product's names, so it is never made up (api/gtmhub.md §1). */
function refuseVendorWithoutPath(baseUrl: string): void {
  const { hostname, pathname } = new URL(baseUrl);
  if (!/\.(?:gtmhub|quantive)\.com$/.test(hostname) || pathname.endsWith('/api/v1')) return;
  throw new DashctlError('invalid-input', `${baseUrl} is not the whole address of Gtmhub's API.`, {
    hint: 'It ends in /api/v1, such as https://app.quantive.com/results/api/v1. --region knows the addresses.',
  });
}
