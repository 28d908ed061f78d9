/** What a run knows of the hosts that it asks, whatever the account: their limits, their quotas and what repeats they cost. */
import { Gate } from './gate.ts';
import type { Clock } from './http.ts';
import { Pace } from './pace.ts';
import { RetryBudget } from './policy.ts';

/** One host, as one account meets it. Only the gate tells accounts apart: a 401 is about credentials. */
export interface Host {
  readonly gate: Gate;
  readonly pace: Pace;
  readonly budget: RetryBudget;
}

/** The hosts of one run, by origin. */
export type Hosts = Map<string, Host>;

/**
 * The host at an origin, with a gate of its own for the account that asks.
 * @param cap most requests in flight, for the first account that asks; those after it share its limit.
 */
export function hostAt(hosts: Hosts, origin: string, cap: number, clock: Pick<Clock, 'now'>): Host {
  const known = hosts.get(origin);
  const gate = new Gate(cap, clock, known?.gate);
  if (known !== undefined) return { ...known, gate };
  const host = { gate, pace: new Pace(), budget: new RetryBudget() };
  hosts.set(origin, host);
  return host;
}
