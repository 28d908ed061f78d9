/** Shares: links that show a dashboard to people outside of the organization (api/datadog.md §4); list and get. */
import { DashctlError } from '../../errors.ts';
import type { Fetched, Page } from '../../model/shape.ts';
import type { Share } from '../../model/share.ts';
import type { ShareCapability } from '../provider.ts';
import { getDashboard, getShare, listShares } from './api.ts';
import type { DatadogContext } from './context.ts';
import { isShareToken } from './ids.ts';
import { toListedShare, toShare } from './map.ts';

/** What writes or edits documents is loaded when it is needed: a list shall start fast. */
const plans = () => import('./share-plans.ts');

export function shareCapability(context: DatadogContext): ShareCapability {
  return {
    types: ['invite', 'open', 'embed'],
    isToken: isShareToken,
    list: (dashboardId) => list(context, dashboardId),
    get: (token) => get(context, token),
    planCreate: async (dashboardId, draft) => (await plans()).planCreate(context, dashboardId, draft),
    planUpdate: async (token, draft) => (await plans()).planUpdate(context, token, draft),
    planRevoke: async (token) => (await plans()).planRevoke(context, token),
  };
}

async function list(context: DatadogContext, dashboardId: string): Promise<Page<Share>> {
  const { client, account } = context;
  try {
    const { wire, response } = await listShares(client, dashboardId);
    const items = wire.data.map((one) => toListedShare(one, wire.included ?? [], dashboardId, account));
    return { items, raw: response.body };
  } catch (error) {
    if (!(error instanceof DashctlError) || (error.status !== 403 && error.status !== 404)) throw error;
    // The same answer may mean that the dashboard itself is unknown: that is told by reading it.
    await getDashboard(client, dashboardId);
    throw new DashctlError(
      error.status === 403 ? 'not-allowed' : 'unsupported',
      `Datadog does not list the shares of dashboard ${dashboardId}: the endpoint is a preview that this organization may lack.`,
      {
        status: error.status,
        ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
        hint: 'Give the token or the address of the share instead of the dashboard.',
      },
    );
  }
}

async function get({ client, account }: DatadogContext, token: string): Promise<Fetched<Share>> {
  const { wire, response } = await getShare(client, token);
  return { value: toShare(wire, account), raw: response.body };
}
