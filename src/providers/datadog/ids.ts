/** The forms of Datadog's identifiers (api/datadog.md §3, §4), checked before an address is built from one. */
import { DashctlError } from '../../errors.ts';

const dashboardId = /^[0-9a-z]{3}-[0-9a-z]{3}-[0-9a-z]{3}$/;
// Recorded: 16 characters, a dash, 32 hexadecimal digits. Other sites were not seen, so a wider form is taken.
const shareToken = /^[A-Za-z0-9-]{8,100}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isDashboardId(text: string): boolean {
  return dashboardId.test(text);
}

export function isShareToken(text: string): boolean {
  return shareToken.test(text) && !dashboardId.test(text);
}

export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** The id as it is. @throws DashctlError `invalid-input` saying what an id looks like. */
export function checkDashboardId(id: string): string {
  if (isDashboardId(id)) return id;
  throw new DashctlError('invalid-input', `${JSON.stringify(id)} is no Datadog dashboard id.`, {
    hint: 'An id looks like abc-def-ghi. Copy it from dashctl dashboards list, or paste the address from the browser.',
  });
}

/**
 * The token as it is. The message does not repeat it: a mistyped token may still be most of a secret.
 * @throws DashctlError `invalid-input`
 */
export function checkShareToken(token: string): string {
  if (isShareToken(token)) return token;
  throw new DashctlError('invalid-input', 'This is no token of a Datadog share.', {
    hint: 'Paste the token or the whole address of the share. dashctl share list DASHBOARD shows both.',
  });
}
