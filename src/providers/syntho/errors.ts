/** Error bodies of Django's REST framework and of Syntho itself (api/syntho.md §6), and what 401 and 403 mean (§2). */
import type { ErrorReading } from '../../http/http.ts';

const notLoggedIn =
  /credentials were not provided|not (?:logged in|authenticated)|invalid (?:session|token)|session (?:has )?expired/i;
const tokenRefused = /^CSRF Failed/i;

/** Reads an error body; a missing session may come as 401 or 403, as may a missing token. */
export function readError(status: number, body: string): ErrorReading {
  const words = messagesIn(body);
  const message = words.join('; ');
  const said = message === '' ? {} : { message };
  if (status === 401 || (status === 403 && words.some((text) => notLoggedIn.test(text)))) {
    return { ...said, code: 'not-authenticated', hint: 'The session is missing or over: log in again.' };
  }
  if (status === 403 && words.some((text) => tokenRefused.test(text))) {
    return {
      ...said,
      code: 'not-authenticated',
      details: { csrf: true },
      hint: "The server refused the session's token. With an e-mail and a password dashctl takes a new one.",
    };
  }
  if (status === 403) {
    return {
      ...said,
      hint: 'Only the owner of a workspace, or an administrator, may change who has access.',
    };
  }
  if (status === 404) return { ...said, hint: 'See what is there: dashctl workspace list' };
  return said;
}

/** All messages of a body, each with the field that it is about. */
export function messagesIn(body: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [];
  }
  return messagesOf(value, null);
}

/** Members that say nothing about what is wrong. */
const silent = new Set(['id', 'code', 'kind', 'status']);
/** Members whose text stands for itself. */
const plain = new Set(['detail', 'non_field_errors', 'title', 'body', 'details', 'message']);

function messagesOf(value: unknown, field: string | null): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [field === null ? value : `${field}: ${value}`];
  if (Array.isArray(value)) return value.flatMap((item) => messagesOf(item, field));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => !silent.has(key))
    .flatMap(([key, item]) => messagesOf(item, plain.has(key) ? field : key));
}
