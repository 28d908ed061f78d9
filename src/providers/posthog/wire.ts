/**
 * What PostHog sends, as far as dashctl reads it. Every object is loose, and what only newer servers send may be missing
 * (api/posthog.md §6–§10).
 */
import {
  array,
  boolean,
  getDotPath,
  looseObject,
  nullish,
  number,
  pipe,
  record,
  safeInteger,
  safeParse,
  string,
  union,
  unknown,
} from 'valibot';
import type { GenericSchema, InferOutput } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';

const text = nullish(string(), null);
const flag = nullish(boolean(), null);
const id = pipe(number(), safeInteger());
const level = nullish(number(), null);

export const userWire = looseObject({
  id: nullish(id, null),
  uuid: string(),
  first_name: text,
  last_name: text,
  email: text,
});
export type UserWire = InferOutput<typeof userWire>;

/** A row of the list and the whole dashboard; only the latter has filters and tiles. */
export const dashboardWire = looseObject({
  id,
  name: text,
  description: text,
  pinned: flag,
  created_at: text,
  created_by: nullish(userWire, null),
  is_shared: flag,
  deleted: flag,
  creation_mode: text,
  tags: nullish(array(string()), null),
  restriction_level: level,
  effective_restriction_level: level,
  access_control_version: text,
});
export type DashboardWire = InferOutput<typeof dashboardWire>;

function pageOf<Row extends GenericSchema>(row: Row) {
  return looseObject({ count: nullish(number(), null), next: text, results: array(row) });
}

export const dashboardPageWire = pageOf(dashboardWire);

export const sharingWire = looseObject({
  created_at: text,
  enabled: boolean(),
  access_token: text,
  settings: nullish(record(string(), unknown()), null),
  password_required: flag,
  share_passwords: nullish(
    array(looseObject({ id, created_at: text, note: text, created_by_email: text, is_active: flag })),
    [],
  ),
});
export type SharingWire = InferOutput<typeof sharingWire>;

export const passwordWire = looseObject({
  id,
  password: string(),
  note: text,
  created_at: text,
  created_by_email: text,
});

export const collaboratorsWire = array(
  looseObject({ id: string(), user: userWire, level: number(), added_at: text }),
);
export type CollaboratorWire = InferOutput<typeof collaboratorsWire>[number];

export const ruleWire = looseObject({
  access_level: text,
  resource: text,
  resource_id: text,
  organization_member: text,
  role: text,
});
export type RuleWire = InferOutput<typeof ruleWire>;

export const accessControlsWire = looseObject({
  access_controls: array(ruleWire),
  available_access_levels: array(string()),
  default_access_level: text,
  user_access_level: text,
  user_can_edit_access_levels: flag,
});
export type AccessControlsWire = InferOutput<typeof accessControlsWire>;

export const usersWithAccessWire = looseObject({
  users: array(
    looseObject({
      user_id: nullish(union([number(), string()]), null),
      access_level: text,
      access_source: text,
      organization_membership_id: text,
    }),
  ),
});
export type AccessRow = InferOutput<typeof usersWithAccessWire>['users'][number];

export const memberWire = looseObject({ id: string(), user: userWire, level });
export type MemberWire = InferOutput<typeof memberWire>;
export const memberPageWire = pageOf(memberWire);

export const roleWire = looseObject({ id: string(), name: string() });
export type RoleWire = InferOutput<typeof roleWire>;
/** A page, or on some servers the bare list. */
export const rolesWire = union([pageOf(roleWire), array(roleWire)]);

export const projectWire = looseObject({ id, name: text, organization: text });

export const meWire = looseObject({
  id: nullish(id, null),
  uuid: string(),
  email: text,
  team: nullish(looseObject({ id, name: text }), null),
  organization: nullish(looseObject({ id: string(), name: text, membership_level: level }), null),
});

/**
 * Parses an answer.
 * @throws DashctlError `bad-answer` that names the first place where the answer differs from the API
 */
export function readAs<Schema extends GenericSchema>(
  schema: Schema,
  response: HttpResponse,
): InferOutput<Schema> {
  const result = safeParse(schema, response.json());
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new DashctlError(
    'bad-answer',
    `PostHog's answer is not what its API promises: ${getDotPath(issue) ?? 'the whole'}: ${issue.message}.`,
    { status: response.status },
  );
}
