/** Datadog's error bodies (api/datadog.md §7) and what helps against its refusals. */
import { DashctlError } from '../../errors.ts';
import type { ErrorReading, HttpClient, HttpRequest } from '../../http/http.ts';

const excerptLength = 300;

/**
 * Reads all messages out of an error body: `{"errors": ["text"]}` (v1), `{"errors": [{"title", "detail"}]}` (previews),
 * `error` or `message`, else the start of a plain text. HTML pages (a 429 may be one) are left to the HTTP layer.
 */
export function readError(_status: number, body: string, contentType: string): ErrorReading {
  const message = messagesIn(body, contentType).join('; ');
  return message === '' ? {} : { message };
}

function messagesIn(body: string, contentType: string): readonly string[] {
  const parsed = parseLeniently(body);
  if (parsed === undefined) {
    const plain = body.trim();
    if (/html/i.test(contentType) || plain.startsWith('<')) return [];
    return [plain.length > excerptLength ? `${plain.slice(0, excerptLength)}…` : plain];
  }
  if (!isRecord(parsed)) return typeof parsed === 'string' ? [parsed] : [];
  const listed = Array.isArray(parsed['errors']) ? parsed['errors'].flatMap(messageOfItem) : [];
  if (listed.length > 0) return listed;
  return [parsed['error'], parsed['message']].filter((one) => typeof one === 'string').slice(0, 1);
}

function messageOfItem(item: unknown): readonly string[] {
  if (typeof item === 'string') return [item];
  if (!isRecord(item)) return [];
  const parts = [item['title'], item['detail']].filter((one) => typeof one === 'string' && one !== '');
  return parts.length === 0 ? [] : [parts.join(': ')];
}

function parseLeniently(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The client with hints that name the permission a refused request needs. */
export function withHints(client: HttpClient): HttpClient {
  return {
    async send(request) {
      try {
        return await client.send(request);
      } catch (error) {
        throw error instanceof DashctlError ? explained(error, request) : error;
      }
    },
    urlOf: (request) => client.urlOf(request),
    close: () => client.close(),
  };
}

function explained(error: DashctlError, request: HttpRequest): DashctlError {
  const hint = hintFor(error, request);
  if (hint === null) return error;
  return new DashctlError(error.code, error.message, {
    hint,
    cause: error.cause ?? error,
    details: error.details,
    ...(error.provider === undefined ? {} : { provider: error.provider }),
    ...(error.profile === undefined ? {} : { profile: error.profile }),
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  });
}

function hintFor(error: DashctlError, request: HttpRequest): string | null {
  const policy = request.path.startsWith('/api/v2/restriction_policy/');
  if (policy && (error.status === 400 || error.status === 403)) {
    return 'Access rules of dashboards are not open to every organization; changing them needs edit rights on the dashboard. An own lock-out is refused unless --allow-self-lockout is given.';
  }
  if (error.status === 401 && request.path === '/api/v2/current_user') {
    return 'This question takes the two keys (DD_API_KEY and DD_APP_KEY), no access token.';
  }
  if (error.status === 403) {
    return `This needs the permission ${permissionFor(request)}, and keys of this very site. dashctl profile test tells which.`;
  }
  if (error.status === 400 && request.method === 'DELETE' && request.path === '/api/v1/dashboard') {
    return 'A proxy may have dropped the body of the request: delete the dashboards one at a time.';
  }
  return null;
}

function permissionFor(request: HttpRequest): string {
  const { method, path: at } = request;
  if (at.endsWith('/invitation')) return 'dashboards_invite_share';
  if (at.startsWith('/api/v1/dashboard/public') && method !== 'GET') {
    const type = /"share_type"\s*:\s*"(open|invite|embed)"/.exec(request.body ?? '')?.[1];
    if (type === undefined) {
      return 'that fits the type of the share (dashboards_public_share, dashboards_invite_share or dashboards_embed_share)';
    }
    return type === 'open' ? 'dashboards_public_share' : `dashboards_${type}_share`;
  }
  if (at.startsWith('/api/v2/team')) return 'teams_read';
  if (at.startsWith('/api/v2/users') || at.startsWith('/api/v2/roles')) return 'user_access_read';
  return method === 'GET' ? 'dashboards_read' : 'dashboards_write';
}
