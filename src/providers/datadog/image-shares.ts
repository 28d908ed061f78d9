/** Shares as images: reading those of a dashboard, and bringing earlier ones back. */
import { isDeepStrictEqual } from 'node:util';

import { DashctlError } from '../../errors.ts';
import type { HttpRequest } from '../../http/http.ts';
import type { Image } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import type { Risk, WritePlan } from '../../model/write-plan.ts';
import { createShareRequest, getDashboard, revokeShareRequest, updateShareRequest } from './api.ts';
import type { DatadogContext } from './context.ts';
import { quoted } from './dashboard-text.ts';
import type { ImageKeeper } from './images.ts';
import { dashboardTypeOf } from './map.ts';
import { fieldsOf, merged, riskOf } from './share-fields.ts';
import { addressesWithout } from './share-people.ts';
import { membersFor, sharesImage, sharesIn, type ShareState } from './share-state.ts';

export function shareImages(context: DatadogContext): ImageKeeper {
  return {
    read: (id) => sharesImage(context, id),
    async planRestore(id, { state }) {
      if (state === null) {
        throw new DashctlError('unsupported', 'Shares are there as long as their dashboard.', {
          hint: 'Delete the dashboard; its shares stop working with it.',
        });
      }
      const [{ wire: dashboard }, now] = await Promise.all([
        getDashboard(context.client, id),
        sharesImage(context, id),
      ]);
      return planShares(context, {
        id,
        title: dashboard.title ?? id,
        type: dashboardTypeOf(dashboard),
        earlier: known(id, state),
        now,
      });
    },
  };
}

/** @throws DashctlError `unsupported` where the server listed no shares */
function known(id: string, state: Json): readonly ShareState[] {
  const shares = sharesIn(state);
  if (shares !== null) return shares;
  throw new DashctlError(
    'unsupported',
    `Datadog does not list the shares of dashboard ${id}, so what they were is not known.`,
    { hint: 'Look after each with its address: dashctl share get, share update, share revoke.' },
  );
}

interface Wanted {
  readonly id: string;
  readonly title: string;
  /** As creating a share names it. */
  readonly type: string;
  readonly earlier: readonly ShareState[];
  readonly now: Image;
}

function planShares(context: DatadogContext, wanted: Wanted): WritePlan<Json> {
  const { id, title, type, earlier, now } = wanted;
  const { account } = context;
  const present = known(id, now.state);
  const tokens = now.secrets ?? {};
  const tokenOf = ({ key }: ShareState): string => tokens[key] ?? '';
  const gone = earlier.filter(({ key }) => !present.some((one) => one.key === key));
  const surplus = present.filter(({ key }) => !earlier.some((one) => one.key === key));
  const changes = present.flatMap((one) => {
    const target = earlier.find(({ key }) => key === one.key);
    const members = target === undefined ? {} : membersFor(target, one);
    return Object.keys(members).length === 0 ? [] : [{ one, members }];
  });
  const steps: readonly HttpRequest[] = [
    ...changes.map(({ one, members }) => updateShareRequest(tokenOf(one), JSON.stringify(members))),
    ...gone.map((share) =>
      createShareRequest(
        JSON.stringify({ dashboard_id: id, dashboard_type: type, ...membersFor(share, null) }),
      ),
    ),
    ...surplus.map((share) => revokeShareRequest(tokenOf(share))),
  ];
  const invited = gone.flatMap(({ people }) => people.map(({ email }) => email));
  const expected: Json = earlier as unknown as Json;
  return {
    title: `Restore the shares of dashboard ${quoted(title)}`,
    resources: [`${account.profile}/${id}`],
    risk: riskOfAll(changes, gone, surplus),
    confirm: null,
    guards: [],
    notes: [
      ...(gone.length === 0
        ? []
        : ['A revoked share comes back under a new address, which dashctl share list shows.']),
      ...(invited.length === 0
        ? []
        : [`People have to be invited again, which sends mails: ${[...new Set(invited)].join(', ')}.`]),
      ...(surplus.length === 0 ? [] : ['The address of a revoked share stops working for good.']),
    ],
    before: shownAll(present),
    after: shownAll(earlier),
    steps,
    undo:
      surplus.length === 0
        ? { kind: 'exact', why: null }
        : { kind: 'lossy', why: 'A new share has a new address, and people must be invited again.' },
    images: [
      {
        ref: { kind: 'shares', id },
        kind: 'shares',
        before: now,
        ...(gone.length === 0 ? { expected } : {}),
      },
    ],
    secrets: Object.values(tokens),
    async unchanged() {
      if (isDeepStrictEqual(await sharesImage(context, id), now)) return;
      throw new DashctlError('conflict', 'The shares were changed by someone else meanwhile.', {
        hint: `Look at them with dashctl share list ${account.profile}/${id}.`,
      });
    },
    async finish() {
      const { state } = await sharesImage(context, id);
      if (!isDeepStrictEqual(withoutKeys(known(id, state)), withoutKeys(earlier))) {
        throw new DashctlError('conflict', 'The shares are not as they were asked for.', {
          hint: `Look at them with dashctl share list ${account.profile}/${id}.`,
        });
      }
      return { value: shownAll(earlier), raw: null, notes: [] };
    },
    async settle() {
      const { state } = await sharesImage(context, id);
      if (isDeepStrictEqual(withoutKeys(known(id, state)), withoutKeys(earlier))) return 'applied';
      return isDeepStrictEqual(state, now.state) ? 'not-applied' : 'unknown';
    },
  };
}

/** New shares have new tokens; all else is as asked for. The server may add people to lists by itself. */
function withoutKeys(shares: readonly ShareState[]): readonly string[] {
  return shares.map((share) => JSON.stringify({ ...share, key: '', people: [] })).toSorted();
}

function shownAll(shares: readonly ShareState[]): Json {
  return shares.map(({ type, status, title, expiration, people, domains }) => ({
    type,
    status,
    title,
    expiresAt: expiration,
    invitees: people,
    domains,
  }));
}

function riskOfAll(
  changes: readonly { readonly one: ShareState; readonly members: Readonly<Record<string, Json>> }[],
  gone: readonly ShareState[],
  surplus: readonly ShareState[],
): Risk {
  const risks = changes.map(({ one, members }) => {
    const before = fieldsOf(JSON.stringify(membersFor(one, null)));
    const after = merged(before, fieldsOf(JSON.stringify(members)));
    return riskOf(before, after, addressesWithout(before.people ?? [], after.people ?? []));
  });
  if (gone.length > 0 || risks.includes('exposing')) return 'exposing';
  return surplus.length > 0 || risks.includes('destructive') ? 'destructive' : 'plain';
}
