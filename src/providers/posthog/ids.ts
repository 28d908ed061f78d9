/** The forms that ids may have before they get into a path. */
import { DashctlError } from '../../errors.ts';

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface DashboardId {
  /** Null: the project of the account. */
  readonly project: number | null;
  readonly id: number;
}

/**
 * Reads `12`, or `3-12` for a dashboard of another project than the account's, as pasted addresses name one.
 * @throws DashctlError `invalid-input`
 */
export function readDashboardId(text: string): DashboardId {
  const [, project, id] = /^(?:([1-9]\d*)-)?([1-9]\d*)$/.exec(text) ?? [];
  const numbers = { project: project === undefined ? null : Number(project), id: Number(id) };
  if (id !== undefined && Number.isSafeInteger(numbers.id) && Number.isSafeInteger(numbers.project ?? 0)) {
    return numbers;
  }
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no id of a PostHog dashboard.`, {
    hint: 'Give its number (12), its number with the project (3-12), or paste its address.',
  });
}

/** Whether a text has the form of a dashboard's id. */
export function isDashboardId(text: string): boolean {
  return /^(?:[1-9]\d*-)?[1-9]\d*$/.test(text);
}

export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}

/**
 * A uuid that may stand in a path or a body.
 * @throws DashctlError `invalid-input`
 */
export function checkUuid(text: string, what: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no id of a PostHog ${what}.`, {
    hint: 'Ids of people and roles are uuids; a name is written with a colon, such as user:ana@example.com.',
  });
}

/** @throws DashctlError `invalid-input` for anything but the number of a password */
export function checkPasswordId(text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no id of a password.`, {
    hint: 'The ids stand under settings.passwords in dashctl share get SHARE --json.',
  });
}
