/** PostHog's error bodies (api/posthog.md §4) and what helps against its refusals. */
import type { ErrorReading } from '../../http/http.ts';

/** Reads `{type, code, detail, attr}`, `{error}` or `{detail}`; classified by status and code, never by type. */
export function readPosthogError(status: number, body: string): ErrorReading {
  const parsed = parsedObject(body);
  const detail = [parsed['detail'], parsed['error']].find((one) => typeof one === 'string' && one !== '');
  const attr = typeof parsed['attr'] === 'string' ? parsed['attr'] : null;
  const reading: ErrorReading = {};
  if (typeof detail === 'string') reading.message = attr === null ? detail : `${attr}: ${detail}`;
  const hint = hintFor(status, typeof detail === 'string' ? detail : '');
  if (hint !== null) reading.hint = hint;
  if (attr !== null || typeof parsed['code'] === 'string') {
    reading.details = { code: typeof parsed['code'] === 'string' ? parsed['code'] : null, attr };
  }
  return reading;
}

/** The scope that a refusal says is missing; null when it says something else. */
export function missingScope(message: string): string | null {
  return /missing required scope '([\w:]+)'/.exec(message)?.[1] ?? null;
}

function parsedObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function hintFor(status: number, detail: string): string | null {
  const scope = missingScope(detail);
  if (scope !== null) {
    return `Add the scope ${scope} to the personal API key in PostHog, under Settings, Personal API keys.`;
  }
  if (detail.includes('API keys with scoped projects')) {
    return 'This key is limited to projects, so it cannot look people up. Name them by id (user#UUID), or use a key with access to the whole organization.';
  }
  if (detail.includes('does not have access to the requested project')) {
    return 'The key is limited to other projects: choose one with --project, or use another key.';
  }
  if (detail.startsWith('Project not found')) {
    return 'Check --project (or POSTHOG_PROJECT_ID) and the region: projects of one region are unknown to the other.';
  }
  if (detail.includes('Public sharing is disabled')) {
    return 'An organization admin can allow it under Settings, Organization, Security.';
  }
  if (detail.includes('Advanced Permissions')) {
    return 'Passwords for links are part of a paid plan of PostHog.';
  }
  if (detail.includes('already have inherent access')) {
    return 'Nothing is to be done: the author of a dashboard and admins can change it anyway.';
  }
  if (detail.includes('that have no access to the project')) {
    return 'Invite them to the organization first, or let them into the project.';
  }
  if (detail.startsWith('User does not exist')) {
    return 'Collaborators are named by e-mail, or by the uuid of the user (not of the membership).';
  }
  if (detail.includes('on the lowest restriction level')) {
    return 'Restrict the dashboard first: dashctl dashboards update ID --restriction invited.';
  }
  if (detail.startsWith('Must be manager')) {
    return 'The author of the dashboard, an admin of the organization or a manager of the dashboard can change access.';
  }
  if (status === 401) {
    return 'Check POSTHOG_PERSONAL_API_KEY, and the region: a key of one region is unknown to the other (--region eu).';
  }
  if (status === 404)
    return 'Dashboards that are deleted or hidden from you look the same: dashctl dashboards list.';
  return null;
}
