/** What every part of the provider works with. */
import type { Clock, HttpClient } from '../../http/http.ts';
import type { Account } from '../provider.ts';
import type { Places } from './places.ts';

export interface PosthogContext {
  readonly account: Account;
  readonly clock: Clock;
  readonly client: HttpClient;
  readonly places: Places;
  warn(message: string): void;
}
