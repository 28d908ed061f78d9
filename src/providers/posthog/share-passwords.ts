/** Passwords of a public link (api/posthog.md §9). */
import { DashctlError } from '../../errors.ts';
import type { SharePassword } from '../../model/share-password.ts';
import type { UndoKind } from '../../model/write-plan.ts';
import { isoTime } from '../../model/span.ts';
import type { SharePasswordCapability } from '../provider.ts';
import { addPasswordRequest, getSharing, removePasswordRequest } from './api.ts';
import type { PosthogContext } from './context.ts';
import { checkPasswordId } from './ids.ts';
import { changed, imageRef, shareState } from './image-state.ts';
import { refOf } from './map.ts';
import type { Place } from './places.ts';
import { passwordWire, readAs } from './wire.ts';
import type { SharingWire } from './wire.ts';

/** How a removal of passwords can be taken back. */
export const passwordsGone: UndoKind = {
  kind: 'impossible',
  why: 'Nobody can read a password again; a new one can be made.',
};

const shortestPassword = 8;
const longestNote = 100;

export function passwordCapability(
  context: PosthogContext,
  placeOf: (key: string) => Promise<Place>,
): SharePasswordCapability {
  return {
    async planAdd(key, { password, note }) {
      checkDraft(password, note);
      const place = await placeOf(key);
      const { wire: before } = await getSharing(context, place);
      const ref = refOf(context.account, place);
      if (before.password_required !== true) {
        throw new DashctlError('invalid-input', `The link of dashboard ${place.key} asks for no password.`, {
          hint: `Lock it first: dashctl share update ${ref} --lock.`,
        });
      }
      const body = {
        ...(password === null ? {} : { raw_password: password }),
        ...(note === null ? {} : { note }),
      };
      const notes = before.share_passwords.map((one) => one.note);
      return {
        title: `Add a password to the link of dashboard ${place.key}`,
        resources: [ref],
        risk: 'exposing',
        confirm: null,
        guards: [],
        notes: ['PostHog shows a password once, now: hand it over by another way than the link.'],
        before: { passwords: notes },
        after: { passwords: [...notes, note ?? ''] },
        steps: [addPasswordRequest(context, place, JSON.stringify(body))],
        undo: { kind: 'exact', why: null },
        images: [changed(imageRef('shares', place), shareState(before))],
        secrets: password === null ? [] : [password],
        async finish(answers) {
          const [answer] = answers;
          if (answer === undefined) throw await lostPassword(context, place, before);
          const made = readAs(passwordWire, answer);
          const value: SharePassword = {
            ...passwordOf(context, place, { ...made, is_active: true }),
            password: made.password,
          };
          return { value: { value, raw: answer.body }, raw: answer.body, notes: [] };
        },
        async settle() {
          const now = (await getSharing(context, place)).wire;
          return newIds(now, before).length === 0 ? 'not-applied' : 'applied';
        },
      };
    },

    async planRemove(key, ids) {
      const wanted = [...new Set(ids.map(checkPasswordId))];
      const place = await placeOf(key);
      const { wire: before } = await getSharing(context, place);
      const present = before.share_passwords;
      const missing = wanted.filter((id) => !present.some((one) => one.id === id));
      if (missing.length > 0) {
        throw new DashctlError(
          'not-found',
          `The link has no password ${missing.join(', ')}; nothing was changed.`,
          {
            hint: `It has ${present.map((one) => one.id).join(', ') || 'none'}.`,
            details: { missing },
          },
        );
      }
      const leaving = present.filter((one) => wanted.includes(one.id));
      const left = present.filter((one) => !wanted.includes(one.id));
      const locked = left.length === 0 && before.password_required === true;
      const remaining = async (): Promise<readonly number[]> => {
        const now = (await getSharing(context, place)).wire.share_passwords;
        return now.map((one) => one.id).filter((id) => wanted.includes(id));
      };
      return {
        title: `Remove ${wanted.length === 1 ? 'a password' : `${wanted.length} passwords`} of the link of dashboard ${place.key}`,
        resources: [refOf(context.account, place)],
        risk: 'destructive',
        confirm: null,
        guards: [],
        notes: locked ? ['No password remains: nobody can open the link until there is a new one.'] : [],
        before: { passwords: present.map(({ id, note }) => ({ id, note })) },
        after: { passwords: left.map(({ id, note }) => ({ id, note })) },
        steps: wanted.map((id) => removePasswordRequest(context, place, id)),
        undo: passwordsGone,
        images: [
          changed(
            imageRef('shares', place),
            shareState(before),
            shareState({ ...before, share_passwords: left }),
          ),
        ],
        async finish() {
          const still = await remaining();
          if (still.length > 0) {
            throw new DashctlError('conflict', `Still there after the removal: ${still.join(', ')}.`, {
              hint: 'Repeat the command.',
            });
          }
          return { value: leaving.map((one) => passwordOf(context, place, one)), raw: null, notes: [] };
        },
        async settle() {
          const still = await remaining();
          if (still.length === 0) return 'applied';
          return still.length === wanted.length ? 'not-applied' : 'unknown';
        },
      };
    },
  };
}

function checkDraft(password: string | null, note: string | null): void {
  if (password !== null && Array.from(password).length < shortestPassword) {
    throw new DashctlError('invalid-input', `The password has fewer than ${shortestPassword} characters.`, {
      hint: 'Choose a longer one, or let PostHog make one up.',
    });
  }
  if (note !== null && Array.from(note).length > longestNote) {
    throw new DashctlError('invalid-input', `The note has more than ${longestNote} characters.`);
  }
}

type ListedPassword = SharingWire['share_passwords'][number];

function passwordOf({ account }: PosthogContext, place: Place, wire: ListedPassword): SharePassword {
  return {
    ref: refOf(account, place),
    profile: account.profile,
    provider: 'posthog',
    id: String(wire.id),
    password: null,
    note: wire.note === '' ? null : wire.note,
    createdAt: isoTime(wire.created_at),
    createdBy: wire.created_by_email,
  };
}

function newIds(now: SharingWire, before: SharingWire): readonly number[] {
  const known = before.share_passwords.map((one) => one.id);
  return now.share_passwords.map((one) => one.id).filter((id) => !known.includes(id));
}

/** The answer that held the password is lost: what was made is of no use to anybody. */
async function lostPassword(
  context: PosthogContext,
  place: Place,
  before: SharingWire,
): Promise<DashctlError> {
  const made = newIds((await getSharing(context, place)).wire, before);
  const ref = refOf(context.account, place);
  return new DashctlError(
    'fate-unknown',
    'The password was made, but the answer that showed it is lost, and PostHog shows it only once.',
    { hint: `Remove it and make another: dashctl share password-remove ${ref} ${made.join(' ')}` },
  );
}
