/** What every capability of a connected account works with. */
import type { Clock, HttpClient } from '../../http/http.ts';
import type { Account } from '../provider.ts';

export interface DatadogContext {
  readonly account: Account;
  readonly clock: Clock;
  readonly client: HttpClient;
  warn(message: string): void;
}
