/** Gtmhub's error bodies, of which none is documented, and what helps against its refusals (api/gtmhub.md §2, §7). */
import { DashctlError } from '../../errors.ts';
import type { ErrorReading, HttpClient } from '../../http/http.ts';

/** Reads a string, `{message}`, `{error}` or `{errors: […]}`; text and pages are left to the HTTP layer. */
export function readError(status: number, body: string): ErrorReading {
  const message = messagesIn(body).join('; ');
  const hint = hints[status];
  return { ...(message === '' ? {} : { message }), ...(hint === undefined ? {} : { hint }) };
}

const credentials =
  'Check the API token (QUANTIVE_API_TOKEN or GTMHUB_API_TOKEN), the account id (--account-id) and the region (--region): all three belong together.';

const hints: Readonly<Record<number, string>> = {
  401: credentials,
  402: 'The subscription of the account does not cover this or has ended; its owner can renew it.',
  404: 'Check the id. No operation lists permissions: their ids come from perms create.',
  403: 'The token has the rights of the user who made it: dashctl perms effective lists them.',
};

function messagesIn(body: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [];
  }
  return messagesOf(value);
}

function messagesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(messagesOf);
  if (typeof value !== 'object' || value === null) return [];
  const { message, error, errors } = value as Readonly<Record<string, unknown>>;
  return [message, error, errors].map(messagesOf).find((found) => found.length > 0) ?? [];
}

/** The client with a hint for the web page that a wrong token, account or host is answered with, at status 200. */
export function withHints(client: HttpClient): HttpClient {
  return {
    async send(request) {
      try {
        return await client.send(request);
      } catch (error) {
        throw isPage(error)
          ? new DashctlError(error.code, error.message, { ...kept(error), hint: credentials })
          : error;
      }
    },
    urlOf: (request) => client.urlOf(request),
    close: () => client.close(),
  };
}

function isPage(error: unknown): error is DashctlError {
  return (
    error instanceof DashctlError &&
    (error.code === 'bad-answer' || error.code === 'not-authenticated') &&
    error.status === 200
  );
}

function kept(error: DashctlError) {
  return {
    cause: error.cause ?? error,
    details: error.details,
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}
