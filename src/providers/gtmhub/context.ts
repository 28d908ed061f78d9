/** What every part of a connected account works with. */
import type { Account } from '../provider.ts';
import type { GtmhubApi } from './api.ts';

export interface GtmhubContext {
  readonly account: Account;
  readonly api: GtmhubApi;
  readonly accountId: string;
}
