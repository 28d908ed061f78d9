/** One request to a Grafana room as its handlers see it, and what they answer with. */
import type { Generation } from './generation.ts';
import type { GrafanaState, OrgRole } from './state.ts';

/** Who asks. A key has the user id 0; `orgId` is -1 for an organization that the user is no member of. */
export interface Caller {
  readonly kind: 'anonymous' | 'user' | 'key' | 'serviceAccount';
  readonly userId: number;
  readonly orgId: number;
  readonly role: OrgRole | '';
  readonly isServerAdmin: boolean;
}

export interface Call {
  readonly generation: Generation;
  readonly state: GrafanaState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Without a final slash. */
  readonly baseUrl: string;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON, or as it is when `type` is text. */
  readonly body: unknown;
  readonly type?: 'text';
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that ends the handler and keeps the state as it was. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(JSON.stringify(reply.body));
    this.reply = reply;
  }
}

/** A 200 with a JSON body. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** A 200 with a message alone. */
export function done(message: string): Reply {
  return ok({ message });
}

/** Ends the handler with `{message}`, and `status` beside it where a word for programs exists. */
export function refuse(status: number, message: string, more: Record<string, unknown> = {}): never {
  throw new Refusal({ status, body: { ...more, message } });
}

/** Ends the handler with the errors of the newer services: `{statusCode, messageId, message}`. */
export function refuseWithId(status: number, messageId: string, message: string): never {
  throw new Refusal({ status, body: { statusCode: status, messageId, message } });
}

/** Go's `ParamsInt64`: a decimal number with an optional sign; anything else, and too large ones, are 0. */
export function numberParam(call: Call, name: string): number {
  return goInt(call.params[name] ?? '');
}

/** Go's `strconv.ParseInt` with errors taken as 0. */
export function goInt(text: string): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(value) ? value : 0;
}

/** Go's RFC 3339 in UTC with whole seconds. */
export function goTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** How Go prints the zero time, Grafana's "never". */
export const never = '0001-01-01T00:00:00Z';
