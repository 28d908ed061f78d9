/** What every part of a connected account works with. */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Account } from '../provider.ts';
import type { SynthoApi } from './api.ts';
import type { WireRow, WireUser } from './wire.ts';

export interface SynthoContext {
  readonly account: Account;
  readonly api: SynthoApi;
  /** Key of the caller; null when only the session is known. */
  caller(): Promise<number | null>;
  warn(message: string): void;
}

export interface Seen {
  readonly rows: readonly WireRow[];
  readonly users: readonly WireUser[];
  readonly response: HttpResponse;
}

/** Rows and people as the caller sees them. Without the right to list people only their keys are known. */
export async function look(context: SynthoContext): Promise<Seen> {
  const { api } = context;
  const [{ items, response }, users] = await Promise.all([
    api.rows(),
    api.users().catch((error: unknown) => {
      if (!(error instanceof DashctlError) || (error.code !== 'not-allowed' && error.code !== 'not-found'))
        throw error;
      context.warn('The users cannot be listed: people are shown, and have to be named, by their keys.');
      return [];
    }),
  ]);
  return { rows: items, users, response };
}
