/** Bringing the link of a dashboard back to an earlier image: switch, lock, settings and passwords. */
import { array, boolean, nullable, number, object, parse, record, string, unknown } from 'valibot';
import { DashctlError } from '../../errors.ts';
import type { Json } from '../../model/shape.ts';
import type { WritePlan } from '../../model/write-plan.ts';
import { changeSharingRequest, getSharing, nameOfDashboard, removePasswordRequest } from './api.ts';
import type { PosthogContext } from './context.ts';
import { addressState, changed, imageRef, sameState, shareState } from './image-state.ts';
import { refOf } from './map.ts';
import type { Place } from './places.ts';
import { passwordsGone } from './share-passwords.ts';
import { addressNotes, consequences, riskOf, shown, stillSo, undoOf } from './shares.ts';
import type { SharingWire } from './wire.ts';

const shareImage = object({
  enabled: boolean(),
  passwordRequired: boolean(),
  settings: record(string(), unknown()),
  passwords: array(object({ id: number(), note: nullable(string()) })),
});

const neverShared = { enabled: false, passwordRequired: false, settings: {}, passwords: [] };

/** @throws DashctlError `unsupported` when a password is missing that nobody can read again */
export async function planRestoreShare(
  context: PosthogContext,
  place: Place,
  image: Json,
): Promise<WritePlan<null>> {
  const ref = refOf(context.account, place);
  const wanted = image === null ? neverShared : parse(shareImage, image);
  const { wire: before } = await getSharing(context, place);
  refuseLostPasswords(before, wanted.passwords, ref);
  const extra = before.share_passwords.filter((one) => !wanted.passwords.some(({ id }) => id === one.id));
  const after: SharingWire = {
    ...before,
    enabled: wanted.enabled,
    password_required: wanted.passwordRequired,
    settings: wanted.settings,
    share_passwords: before.share_passwords.filter((one) => !extra.includes(one)),
  };
  const change = changeTo(before, after);
  const already = extra.length === 0 && Object.keys(change).length === 0;
  const name = already ? null : await nameOfDashboard(context, place);
  const stateNow = async (): Promise<Json> => shareState((await getSharing(context, place)).wire);
  return {
    title: `Restore the link of dashboard ${name === null ? place.key : `"${name}"`}`,
    resources: [ref],
    risk: extra.length > 0 && riskOf(before, after) === 'plain' ? 'destructive' : riskOf(before, after),
    confirm: null,
    guards: [],
    notes: already ? [] : consequences(before, after, ref),
    before: shown(before),
    after: shown(after),
    steps: [
      // Whoever loses a password loses it before the link opens again.
      ...extra.map((one) => removePasswordRequest(context, place, one.id)),
      ...(Object.keys(change).length === 0
        ? []
        : [changeSharingRequest(context, place, JSON.stringify(change))]),
    ],
    undo: extra.length > 0 ? passwordsGone : undoOf(before, after),
    images: [changed(imageRef('shares', place), shareState(before), shareState(after))],
    unchanged: () => stillSo(context, place, before),
    async finish() {
      const now = await getSharing(context, place);
      if (!sameState(shareState(now.wire), shareState(after))) {
        throw new DashctlError('conflict', `The link of dashboard ${place.key} is not as it was before.`, {
          hint: `Look at it with dashctl share get ${ref}.`,
        });
      }
      return { value: null, raw: now.response.body, notes: addressNotes(now.wire, before) };
    },
    async settle() {
      const now = await stateNow();
      if (sameState(now, shareState(after))) return 'applied';
      return sameState(now, shareState(before)) ? 'not-applied' : 'unknown';
    },
  };
}

/** What of the configuration differs; settings are replaced as a whole, and null clears them. */
function changeTo(before: SharingWire, after: SharingWire): { readonly [key: string]: Json } {
  const settingsOf = (wire: SharingWire): Json => JSON.parse(JSON.stringify(wire.settings ?? {})) as Json;
  const settings = settingsOf(after);
  return {
    ...(before.enabled === after.enabled ? {} : { enabled: after.enabled }),
    ...((before.password_required ?? false) === after.password_required
      ? {}
      : { password_required: after.password_required === true }),
    ...(sameState(settingsOf(before), settings)
      ? {}
      : { settings: JSON.stringify(settings) === '{}' ? null : settings }),
  };
}

function refuseLostPasswords(
  now: SharingWire,
  wanted: readonly { readonly id: number; readonly note: string | null }[],
  ref: string,
): void {
  const lost = wanted.filter(({ id }) => !now.share_passwords.some((one) => one.id === id));
  if (lost.length === 0) return;
  const named = lost.map(({ id, note }) => (note === null ? String(id) : `${id} ("${note}")`)).join(', ');
  throw new DashctlError(
    'unsupported',
    `A removed password does not come back, since nobody can read it again: ${named}.`,
    { hint: `Make a new one, and hand it out: dashctl share password-add ${ref}` },
  );
}

/**
 * The address that a link had: it is there still, or nothing brings it back.
 * @throws DashctlError `unsupported`
 */
export async function planRestoreAddress(
  context: PosthogContext,
  place: Place,
  image: Json,
): Promise<WritePlan<null>> {
  const ref = refOf(context.account, place);
  const { wire } = await getSharing(context, place);
  if (!sameState(await addressState(wire), image)) {
    throw new DashctlError('unsupported', 'An address that was rotated away does not come back.', {
      hint: `Hand out the present one (dashctl share get ${ref}), or close it: dashctl share revoke ${ref}`,
    });
  }
  return {
    title: `Restore the address of the link of dashboard ${place.key}`,
    resources: [ref],
    risk: 'plain',
    confirm: null,
    guards: [],
    notes: [],
    before: shown(wire),
    after: shown(wire),
    steps: [],
    undo: { kind: 'exact', why: null },
    finish: () => Promise.resolve({ value: null, raw: null, notes: [] }),
  };
}
