/** Connects the Grafana provider to a server of a test, and carries plans out as the commands do. */
import { DashctlError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { systemClock } from '../../src/http/clock.ts';
import type { Grant, GrantSpec } from '../../src/model/grant.ts';
import { parseGrant } from '../../src/model/grant-text.ts';
import { formatPrincipal } from '../../src/model/principal-text.ts';
import type { Outcome, WritePlan } from '../../src/model/write-plan.ts';
import { grafanaDescriptor } from '../../src/providers/grafana/descriptor.ts';
import type {
  Account,
  AclCapability,
  DashboardCapability,
  Provider,
  ShareCapability,
} from '../../src/providers/provider.ts';

export interface Connected {
  readonly provider: Provider;
  /** What the provider told the user on stderr. */
  readonly warnings: readonly string[];
  /** Everything that was sent and is no GET, as `METHOD path`. */
  readonly writes: readonly string[];
}

/** An account of user and password, or of a token, on a server of the test. */
export function grafanaAccount(
  baseUrl: string,
  who: { user?: string; password?: string; token?: string } = { user: 'admin', password: 'admin' },
  settings: Readonly<Record<string, string>> = {},
): Account {
  const { user, password, token } = who;
  return {
    profile: 'test',
    provider: 'grafana',
    baseUrl,
    webUrl: baseUrl,
    settings: { ...settings, ...(user === undefined ? {} : { user }) },
    secrets: { ...(password === undefined ? {} : { password }), ...(token === undefined ? {} : { token }) },
  };
}

export async function connectGrafana(account: Account): Promise<Connected> {
  const warnings: string[] = [];
  const writes: string[] = [];
  const provider = await grafanaDescriptor.connect({
    account,
    clock: systemClock,
    http: (own) => {
      const client = createHttpClient({
        ...own,
        baseUrl: account.baseUrl,
        limits: {
          connectTimeout: 5_000,
          headersTimeout: 10_000,
          bodyTimeout: 10_000,
          timeout: 20_000,
          maxWait: 1_000,
          concurrency: 8,
        },
        clock: systemClock,
        userAgent: 'dashctl/test',
        env: {},
      });
      return {
        ...client,
        send: (request) => {
          if (request.method !== 'GET') writes.push(`${request.method} ${request.path}`);
          return client.send(request);
        },
      };
    },
    warn: (message) => {
      warnings.push(message);
    },
  });
  return { provider, warnings, writes };
}

/** The capability for permissions, which Grafana always has. */
export function aclOf(provider: Provider): AclCapability {
  if (provider.acl === undefined) throw new Error('No capability for permissions.');
  return provider.acl;
}

/** The capability for dashboards, which Grafana always has. */
export function dashboardsOf(provider: Provider): DashboardCapability {
  if (provider.dashboards === undefined) throw new Error('No capability for dashboards.');
  return provider.dashboards;
}

/** The capability for public links, which Grafana always has. */
export function sharesOf(provider: Provider): ShareCapability {
  if (provider.share === undefined) throw new Error('No capability for shares.');
  return provider.share;
}

/** Compares once more, sends the steps, reads back. Guards are the caller's business. */
export async function carryOut<T>(provider: Provider, plan: WritePlan<T>): Promise<Outcome<T>> {
  if (plan.steps.length > 0) await plan.unchanged?.();
  const answers = [];
  for (const step of plan.steps) answers.push(await provider.send(step));
  return plan.finish(answers);
}

/** `team:sre=edit` as the commands read it. */
export function grants(...texts: readonly string[]): GrantSpec[] {
  return texts.map(parseGrant);
}

/** Grants as people write them, inherited ones with where they come from: `team:sre=admin (folder:ops)`. */
export function written(list: readonly Grant[]): string[] {
  return list.map(
    (grant) =>
      `${formatPrincipal(grant.principal)}=${grant.level ?? grant.nativeLevel}` +
      (grant.inheritedFrom === null ? '' : ` (${grant.inheritedFrom})`),
  );
}

/** The DashctlError that a promise fails with; a test fails when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<DashctlError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DashctlError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
