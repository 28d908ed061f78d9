/** Grafana's three shapes of error bodies (api/grafana.md §13). */
import type { ErrorReading } from '../../http/http.ts';

/** Reads an error body; the empty reading leaves the words to the status. */
export function readGrafanaError(status: number, body: string): ErrorReading {
  const found = wordsOf(body);
  const reading: ErrorReading = {};
  if (found.message !== '') reading.message = found.message;
  const advice = hintOf(status, found);
  if (advice !== null) reading.hint = advice;
  if (status === 412) reading.code = 'conflict';
  if (found.messageId !== null) reading.details = { messageId: found.messageId };
  return reading;
}

interface Words {
  readonly message: string;
  /** `name-exists`, `version-mismatch`, `not-found`. */
  readonly status: string | null;
  readonly messageId: string | null;
}

function wordsOf(body: string): Words {
  const none: Words = { message: '', status: null, messageId: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return none;
  }
  if (Array.isArray(parsed)) {
    return {
      ...none,
      message: parsed
        .map(bodyErrorOf)
        .filter((line) => line !== '')
        .join('; '),
    };
  }
  if (!isRecord(parsed)) return none;
  const parts = [parsed.message, parsed.error].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return {
    message: [...new Set(parts)].join(': '),
    status: typeof parsed.status === 'string' ? parsed.status : null,
    messageId: typeof parsed.messageId === 'string' ? parsed.messageId : null,
  };
}

/** One element of the array shape: `{classification, message, fieldNames?}`. */
function bodyErrorOf(element: unknown): string {
  if (!isRecord(element)) return '';
  const fields = Array.isArray(element.fieldNames)
    ? element.fieldNames.filter((name) => typeof name === 'string')
    : [];
  const message = typeof element.message === 'string' ? element.message : '';
  return fields.length > 0 ? `${fields.join(', ')}: ${message}` : message;
}

/** What to do about the refusals of public dashboards, by message id (api/grafana.md §8). */
const publicDashboardHints: Readonly<Record<string, string>> = {
  'publicdashboards.dashboardIsPublic':
    'Someone else shared it meanwhile: look at it with dashctl share get.',
  'publicdashboards.uidExists': 'Leave uid and accessToken out of the body: the server makes them.',
  'publicdashboards.accessTokenExists': 'Leave uid and accessToken out of the body: the server makes them.',
  'publicdashboards.invalidShareType':
    'Use "share": "public". Sharing by e-mail takes Grafana Cloud or Enterprise.',
};

function hintOf(status: number, found: Words): string | null {
  const ofLinks = publicDashboardHints[found.messageId ?? ''];
  if (ofLinks !== undefined) return ofLinks;
  if (status === 403 && found.message.includes('dashboards.public:write')) {
    return 'Sharing takes the right dashboards.public:write on the dashboard, which organization Admins have; a role can grant it to others.';
  }
  if (status === 412 && found.status === 'name-exists') {
    return 'Choose another title or folder, or update the dashboard that has this title.';
  }
  if (status === 412) return 'Read it again with dashctl dashboards get, and repeat the change.';
  if (status === 401)
    return 'Check the token or the password with dashctl profile test. Repeated failures lock an account.';
  if (status === 403) {
    return 'Reading and writing permissions takes the role Admin in the organization, or Admin on the dashboard or its folder.';
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
