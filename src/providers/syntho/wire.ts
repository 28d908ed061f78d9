/** What Syntho sends, as far as dashctl reads it. Objects are loose: unknown keys are no error (api/syntho.md §2, §3). */
import {
  array,
  boolean,
  getDotPath,
  integer,
  looseObject,
  nullish,
  number,
  pipe,
  safeParse,
  string,
  union,
} from 'valibot';
import type { GenericSchema, InferOutput } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';

const key = pipe(number(), integer());
const text = nullish(string(), null);

export const authWire = looseObject({
  username_password_enabled: nullish(boolean(), true),
  oidc_providers: nullish(array(looseObject({ provider: text, url: text })), []),
});

export const loginWire = looseObject({
  new_password_required: nullish(boolean(), false),
  pk: nullish(key, null),
});

export const userWire = looseObject({ pk: key, email: text, full_name: text });
export type WireUser = InferOutput<typeof userWire>;

export const rowWire = looseObject({
  pk: key,
  workspace: key,
  user: key,
  role: string(),
  data_access: nullish(boolean(), false),
});
export type WireRow = InferOutput<typeof rowWire>;

/** A list as it is documented, or a page as the framework makes one. */
export function listWire<Item extends GenericSchema>(item: Item) {
  return union([array(item), looseObject({ next: text, results: array(item) })]);
}

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
    `Syntho's answer does not have the promised form${place === null ? '' : ` (at ${place})`}.`,
    { status: response.status, details: { place, expected: issue.expected } },
  );
}
