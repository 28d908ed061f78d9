/** A client of the sandbox's Datadog room that shows statuses, headers and bodies as they are. */
import type { RunningRoom } from '../../src/sandbox/index.ts';

export interface DatadogAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body. Tests know what they asked for. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
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
    let parsed: unknown = null;
    try {
      parsed = text === '' ? null : JSON.parse(text);
    } catch {
      parsed = text;
    }
    return { status: answer.status, headers: answer.headers, text, body: parsed };
  };
}
