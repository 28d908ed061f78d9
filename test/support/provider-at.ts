/** Any provider over the real HTTP client, bound to an address of a test; what it sends is kept. */
import { createHttpClient } from '../../src/http/client.ts';
import type { Clock, HttpResponse } from '../../src/http/http.ts';
import type { Transport } from '../../src/http/transport.ts';
import type { Outcome, WritePlan } from '../../src/model/write-plan.ts';
import type { Account, Provider, ProviderDescriptor } from '../../src/providers/provider.ts';
import { realClock } from './sandbox.ts';

export interface ProviderAt {
  readonly provider: Provider;
  /** Everything that was sent, as `METHOD /path`. */
  readonly sent: readonly string[];
  readonly warnings: readonly string[];
}

/** How it reaches its server. */
interface Way {
  /** Sockets without it. */
  readonly transport?: Transport;
  readonly clock?: Clock;
}

/** Connects with what a room's variables say, unless `more` says otherwise. */
export async function providerAt(
  descriptor: ProviderDescriptor,
  env: Readonly<Record<string, string>>,
  more: Partial<Pick<Account, 'baseUrl' | 'settings' | 'secrets'>> & Way = {},
): Promise<ProviderAt> {
  const { transport, clock = realClock, ...given } = more;
  const first = (names: readonly string[]) =>
    names.map((name) => env[name]).find((value) => value !== undefined);
  const read = (fields: ProviderDescriptor['settings']) =>
    Object.fromEntries(
      fields.flatMap(({ key, env: names }) => {
        const value = first(names);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  const account: Account = {
    profile: 'test',
    provider: descriptor.name,
    baseUrl: first(descriptor.baseUrlEnv) ?? '',
    webUrl: null,
    settings: read(descriptor.settings),
    secrets: read(descriptor.secrets),
    ...given,
  };
  const sent: string[] = [];
  const warnings: string[] = [];
  const provider = await descriptor.connect({
    account,
    clock,
    warn: (message) => {
      warnings.push(message);
    },
    http: (own, basePath) => {
      const client = createHttpClient({
        ...own,
        baseUrl: basePath === undefined ? account.baseUrl : new URL(basePath, account.baseUrl).href,
        limits: {
          connectTimeout: 2_000,
          headersTimeout: 5_000,
          bodyTimeout: 5_000,
          timeout: 10_000,
          maxWait: 1_000,
          concurrency: 16,
        },
        clock,
        userAgent: 'dashctl/test',
        env: {},
        ...(transport === undefined ? {} : { transport }),
      });
      return {
        ...client,
        send: (request) => {
          sent.push(`${request.method} ${request.path}`);
          return client.send(request);
        },
      };
    },
  });
  return { provider, sent, warnings };
}

/** Compares once more, sends the steps, reads back. Guards and questions are the caller's business. */
export async function carryOut<T>(provider: Provider, plan: WritePlan<T>): Promise<Outcome<T>> {
  if (plan.steps.length > 0) await plan.unchanged?.();
  const answers: HttpResponse[] = [];
  for (const step of plan.steps) answers.push(await provider.send(step));
  return plan.finish(answers);
}
