/** Wire to model. */
import { DashctlError } from '../../errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { ActionSet, DefaultAccess, Permission, PermissionAction } from '../../model/permission.ts';
import { formatReference } from '../../model/ref.ts';
import type { Json } from '../../model/shape.ts';
import type { Account } from '../provider.ts';
import { readActionSet } from './action-set.ts';
import type { WireDefaultAccess, WirePermission } from './wire.ts';

export function toPermission(wire: WirePermission, account: Account): Permission {
  return {
    ref: formatReference(account.profile, wire.id),
    profile: account.profile,
    provider: 'gtmhub',
    id: wire.id,
    action: wire.action,
    principals: wire.principals,
  };
}

export function toAction(
  wire: { readonly name: string; readonly title?: string | null; readonly description?: string | null },
  account: Account,
): PermissionAction {
  return {
    profile: account.profile,
    provider: 'gtmhub',
    name: wire.name,
    title: wire.title ?? null,
    description: wire.description ?? null,
  };
}

/** A set of actions; its form decides whether rows can be made of it. */
export function toActionSet(response: HttpResponse, account: Account): ActionSet {
  const json = jsonOf(response);
  const names = readActionSet(json)?.names ?? null;
  return {
    actions: names?.map((name) => toAction({ name }, account)) ?? null,
    json: json as Json,
    raw: response.body,
  };
}

export function toDefaultAccess(
  wire: WireDefaultAccess,
  item: { readonly type: string; readonly id: string | null },
  account: Account,
): DefaultAccess {
  return {
    profile: account.profile,
    provider: 'gtmhub',
    itemType: item.type,
    itemId: item.id,
    inherits: wire.inherits,
    permissions: wire.permissions as Json,
  };
}

/** The body as JSON; null when there is none. */
export function jsonOf(response: HttpResponse): unknown {
  return response.body.length === 0 ? null : response.json();
}

/**
 * The text of an answer that is going to be written back.
 * @throws DashctlError `bad-answer` for bytes that would come back as replacement characters
 */
export function losslessText(response: HttpResponse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(response.body);
  } catch (cause) {
    throw new DashctlError(
      'bad-answer',
      'The answer holds bytes that are no UTF-8; writing it back would damage it.',
      { cause },
    );
  }
}
