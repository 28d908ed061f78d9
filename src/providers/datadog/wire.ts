/**
 * What Datadog sends, as far as dashctl reads it. Every object is loose: unknown keys are kept, and what was missing
 * or null in any recording may be missing or null here (api/datadog.md §3–§6).
 */
import * as v from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';

const text = v.nullish(v.string());
const flag = v.nullish(v.boolean());

/** Both the summary in a list and the whole document. */
export const dashboardSchema = v.looseObject({
  id: v.string(),
  title: text,
  description: text,
  layout_type: text,
  url: text,
  author_handle: text,
  author_name: text,
  created_at: text,
  modified_at: text,
  deleted_at: text,
  is_read_only: flag,
  restricted_roles: v.nullish(v.array(v.string())),
  tags: v.nullish(v.array(v.string())),
});
export type WireDashboard = v.InferOutput<typeof dashboardSchema>;

export const dashboardListSchema = v.looseObject({ dashboards: v.array(dashboardSchema) });

export const deletedDashboardSchema = v.looseObject({ deleted_dashboard_id: v.string() });

const inviteeSchema = v.looseObject({
  email: v.string(),
  access_expiration: text,
  created_at: text,
  last_accessed: text,
});
export type WireInvitee = v.InferOutput<typeof inviteeSchema>;

const globalTimeSchema = v.nullish(v.looseObject({ live_span: text }));

/** A share as `/api/v1/dashboard/public` shows it. */
export const shareSchema = v.looseObject({
  dashboard_id: v.string(),
  dashboard_type: text,
  share_type: text,
  status: text,
  title: text,
  token: v.string(),
  public_url: text,
  created: text,
  last_accessed: text,
  expiration: text,
  author: v.nullish(v.looseObject({ handle: text, name: text })),
  share_list: v.nullish(v.array(v.string())),
  invitees: v.nullish(v.array(inviteeSchema)),
  embeddable_domains: v.nullish(v.array(v.string())),
  global_time: globalTimeSchema,
  global_time_selectable_enabled: flag,
  selectable_template_vars: v.nullish(v.array(v.unknown())),
  viewing_preferences: v.nullish(v.looseObject({})),
  session_duration_in_days: v.nullish(v.number()),
});
export type WireShare = v.InferOutput<typeof shareSchema>;

const relationSchema = v.nullish(v.looseObject({ data: v.nullish(v.looseObject({ id: v.string() })) }));

/** A share as the list of a dashboard's shares shows it (v2, preview); names differ from v1. */
const listedShareSchema = v.looseObject({
  id: v.string(),
  attributes: v.looseObject({
    token: v.string(),
    url: text,
    share_type: text,
    status: text,
    title: text,
    created_at: text,
    last_accessed: text,
    expiration: text,
    invitees: v.nullish(v.array(inviteeSchema)),
    embeddable_domains: v.nullish(v.array(v.string())),
    global_time: globalTimeSchema,
    global_time_selectable: flag,
    selectable_template_vars: v.nullish(v.array(v.unknown())),
    viewing_preferences: v.nullish(v.looseObject({})),
    sharer_disabled: flag,
  }),
  relationships: v.nullish(v.looseObject({ dashboard: relationSchema, sharer: relationSchema })),
});
export type WireListedShare = v.InferOutput<typeof listedShareSchema>;

const includedSchema = v.looseObject({
  id: v.string(),
  type: text,
  attributes: v.nullish(v.looseObject({ name: text, handle: text })),
});
export type WireIncluded = v.InferOutput<typeof includedSchema>;

export const listedSharesSchema = v.looseObject({
  data: v.array(listedShareSchema),
  included: v.nullish(v.array(includedSchema)),
});

const invitationSchema = v.looseObject({
  attributes: v.looseObject({
    email: v.string(),
    share_token: text,
    created_at: text,
    invitation_expiry: text,
    has_session: flag,
    session_expiry: text,
  }),
});
export type WireInvitation = v.InferOutput<typeof invitationSchema>;

/** `data` is one object in recordings and a list in the description: both are taken. */
export const invitationsSchema = v.looseObject({
  data: v.pipe(
    v.union([v.array(invitationSchema), invitationSchema]),
    v.transform((data) => (Array.isArray(data) ? data : [data])),
  ),
  meta: v.nullish(v.looseObject({ page: v.nullish(v.looseObject({ total_count: v.nullish(v.number()) })) })),
});

export const policySchema = v.looseObject({
  data: v.looseObject({
    attributes: v.looseObject({
      // Required, though the description does not say so: what is missing here must not pass for "no rules", since
      // the next grant would write only its own entry back.
      bindings: v.array(v.looseObject({ relation: v.string(), principals: v.array(v.string()) })),
    }),
  }),
});

const userSchema = v.looseObject({
  id: v.string(),
  attributes: v.looseObject({
    name: text,
    email: text,
    handle: text,
    disabled: flag,
    service_account: flag,
    status: text,
  }),
  relationships: v.nullish(
    v.looseObject({
      org: relationSchema,
      roles: v.nullish(v.looseObject({ data: v.nullish(v.array(v.looseObject({ id: v.string() }))) })),
    }),
  ),
});
export type WireUser = v.InferOutput<typeof userSchema>;

export const oneUserSchema = v.looseObject({
  data: userSchema,
  included: v.nullish(v.array(includedSchema)),
});

const pageMetaSchema = v.nullish(
  v.looseObject({ page: v.nullish(v.looseObject({ total_filtered_count: v.nullish(v.number()) })) }),
);

export const usersSchema = v.looseObject({ data: v.array(userSchema), meta: pageMetaSchema });

const namedSchema = v.looseObject({
  id: v.string(),
  attributes: v.looseObject({ name: text, handle: text }),
});
export type WireNamed = v.InferOutput<typeof namedSchema>;

export const oneNamedSchema = v.looseObject({ data: namedSchema });
export const rolesSchema = v.looseObject({ data: v.array(namedSchema), meta: pageMetaSchema });

/** On the last page `next_number` and `links.next` still point further (recorded): only `last_number` tells the end. */
export const teamsSchema = v.looseObject({
  data: v.array(namedSchema),
  meta: v.nullish(
    v.looseObject({
      pagination: v.nullish(
        v.looseObject({ number: v.nullish(v.number()), last_number: v.nullish(v.number()) }),
      ),
    }),
  ),
});

export const membershipsSchema = v.looseObject({
  data: v.array(v.looseObject({ relationships: v.nullish(v.looseObject({ team: relationSchema })) })),
});

export const validationSchema = v.looseObject({ valid: v.boolean() });

/**
 * Reads an answer as what the endpoint promises.
 * @throws DashctlError `bad-answer` naming the place that does not fit.
 */
export function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  response: HttpResponse,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, response.json());
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  const details = { status: response.status, details: { place, expected: issue.expected } };
  throw new DashctlError(
    'bad-answer',
    `Datadog's answer does not have the promised form${place === null ? '' : ` (at ${place})`}.`,
    response.requestId === null ? details : { ...details, requestId: response.requestId },
  );
}
