/** A client of the sandbox's Datadog room that shows statuses, headers and bodies as they are. */
import type { RunningRoom } from '../../src/sandbox/index.ts';

export interface DatadogAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; the text when it is no JSON, null when there is none. */
  readonly body: unknown;
}

export type DatadogCall = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<DatadogAnswer>;

/** Calls with the seeded administrator's keys; a text body goes as it is. */
export function datadogCall(room: RunningRoom): DatadogCall {
  return async (method, path, body, headers) => {
    const answer = await fetch(room.baseUrl + path, {
      method,
      headers: headers ?? {
        'dd-api-key': room.env['DD_API_KEY'] ?? '',
        'dd-application-key': room.env['DD_APP_KEY'] ?? '',
        'content-type': 'application/json',
      },
      ...(body === undefined || body === null
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** What stands in a body at a path of keys and indexes; undefined where the path ends early. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  let here: unknown = body;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

/** The same for a text. @throws when there is none */
export function textAt(body: unknown, ...path: readonly (string | number)[]): string {
  const found = at(body, ...path);
  if (typeof found !== 'string') throw new Error(`No text at ${path.join('.')}`);
  return found;
}
