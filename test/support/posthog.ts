/** The sandbox's PostHog room as tests use it: raw calls, the stored state, and the provider over the real HTTP client. */
import { createHttpClient } from '../../src/http/client.ts';
import type { Clock } from '../../src/http/http.ts';
import { connectPosthog } from '../../src/providers/posthog/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { posthogKeys, seedPosthog } from '../../src/sandbox/posthog/seed.ts';
import type { PosthogState } from '../../src/sandbox/posthog/state.ts';
import type { RoomStore } from '../../src/sandbox/room.ts';
import { openStore } from '../../src/sandbox/store.ts';
import { realClock } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

export interface PosthogAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; the text when it is no JSON, null when there is none. */
  readonly body: unknown;
}

/** Calls the room; `key` null sends no credentials. */
export async function callPosthog(
  sandbox: TestSandbox,
  method: string,
  path: string,
  body?: unknown,
  key: string | null = posthogKeys.administrator,
): Promise<PosthogAnswer> {
  const answer = await fetch(sandbox.room('posthog').baseUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
    },
    ...(body === undefined || body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the room keeps; changes are seen by its next answer. */
export function posthogStore(sandbox: TestSandbox): Promise<RoomStore<PosthogState>> {
  return openStore(sandbox.folder, 'posthog', () => seedPosthog(Date.now()));
}

export interface ConnectOptions {
  readonly key?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly baseUrl?: string;
  readonly clock?: Clock;
  readonly warn?: (message: string) => void;
}

/** Connects as profile "ph" to project 1. */
export function connectRoom(sandbox: TestSandbox, options: ConnectOptions = {}): Provider {
  const { key = posthogKeys.administrator, settings = { project: '1' }, clock = realClock } = options;
  const baseUrl = options.baseUrl ?? sandbox.room('posthog').baseUrl;
  return connectPosthog({
    account: {
      profile: 'ph',
      provider: 'posthog',
      baseUrl,
      webUrl: 'https://us.posthog.com',
      settings,
      secrets: { key },
    },
    clock,
    warn: options.warn ?? (() => undefined),
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
