/** The Datadog provider over the real HTTP client, bound to a server of the test. */
import { createHttpClient } from '../../src/http/client.ts';
import type { Clock, HttpResponse } from '../../src/http/http.ts';
import type { Outcome, WritePlan } from '../../src/model/write-plan.ts';
import { connectDatadog } from '../../src/providers/datadog/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { realClock } from './sandbox.ts';

export interface ConnectOptions {
  readonly baseUrl: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly warn?: (message: string) => void;
}

/** Connects as `profile` "dd". */
export function connect({ baseUrl, secrets, clock = realClock, warn }: ConnectOptions): Provider {
  return connectDatadog({
    account: {
      profile: 'dd',
      provider: 'datadog',
      baseUrl,
      webUrl: 'https://app.datadoghq.com',
      settings: {},
      secrets,
    },
    clock,
    warn: warn ?? (() => undefined),
    http: (own) =>
      createHttpClient({
        baseUrl,
        ...own,
        limits: {
          connectTimeout: 2_000,
          headersTimeout: 2_000,
          bodyTimeout: 2_000,
          timeout: 10_000,
          maxWait: 60_000,
          concurrency: 16,
        },
        clock,
        userAgent: 'dashctl/test',
        env: {},
      }),
  });
}

/** Sends what a plan says and reads the outcome, as a command does once it may. */
export async function carryOut<T>(provider: Provider, plan: WritePlan<T>): Promise<Outcome<T>> {
  await plan.unchanged?.();
  const answers: HttpResponse[] = [];
  for (const step of plan.steps) answers.push(await provider.send(step));
  return plan.finish(answers);
}

/** The steps of a plan in short: method, path and parsed body. */
export function stepsOf<T>(plan: WritePlan<T>): readonly (readonly [string, unknown])[] {
  return plan.steps.map((step) => [
    `${step.method} ${step.path}`,
    step.body === undefined ? null : (JSON.parse(step.body) as unknown),
  ]);
}
