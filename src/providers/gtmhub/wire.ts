/** What Gtmhub sends, as far as dashctl reads it. Objects are loose: unknown keys are kept (api/gtmhub.md §3 to §8). */
import {
  array,
  boolean,
  getDotPath,
  looseObject,
  nullish,
  number,
  safeParse,
  string,
  unknown,
} from 'valibot';
import type { GenericSchema, InferOutput } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';

const text = nullish(string(), null);

/** `name` alone is in every version. */
export const actionsWire = looseObject({
  items: array(looseObject({ name: string(), title: text, description: text })),
});

export const allowedWire = looseObject({ currentUserActions: nullish(array(string()), []) });

export const permissionWire = looseObject({
  id: string(),
  accountId: text,
  action: string(),
  principals: nullish(array(string()), []),
});
export type WirePermission = InferOutput<typeof permissionWire>;

export const defaultAccessWire = looseObject({
  inherits: nullish(boolean(), false),
  permissions: nullish(
    array(looseObject({ principalId: text, principalKind: text, grant: nullish(unknown(), null) })),
    [],
  ),
});
export type WireDefaultAccess = InferOutput<typeof defaultAccessWire>;

/** A page of users, roles or teams, known by name only: nothing but the id must be there. */
export const namedWire = looseObject({
  items: array(
    looseObject({
      id: string(),
      name: text,
      displayName: text,
      email: text,
      firstName: text,
      lastName: text,
    }),
  ),
  totalCount: nullish(number(), null),
  count: nullish(number(), null),
});
export type WireNamed = InferOutput<typeof namedWire>['items'][number];

/**
 * Reads an answer as what the endpoint promises.
 * @throws DashctlError `bad-answer` naming the place that does not fit
 */
export function readAs<Schema extends GenericSchema>(
  schema: Schema,
  response: HttpResponse,
): InferOutput<Schema> {
  const result = safeParse(schema, response.json());
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = getDotPath(issue);
  throw new DashctlError(
    'bad-answer',
    `Gtmhub's answer does not have the promised form${place === null ? '' : ` (at ${place})`}.`,
    {
      status: response.status,
      details: { place, expected: issue.expected },
      hint: 'See it as it is with --raw, or with --debug.',
      ...(response.requestId === null ? {} : { requestId: response.requestId }),
    },
  );
}
