/** The public link of a dashboard as image: reading it, and bringing an earlier one back. */
import { array, boolean, object, parse, string } from 'valibot';

import { DashctlError } from '../../errors.ts';
import type { Image } from '../../model/image.ts';
import type { ShareDraft } from '../../model/share.ts';
import type { Account, ShareCapability } from '../provider.ts';
import type { GrafanaApi } from './api.ts';
import { alreadySo } from '../../model/write-plan.ts';
import { readable, refuseHidden } from './image-keeper.ts';
import type { ImageKeeper } from './image-keeper.ts';
import type { PublicLink, PublicLinks } from './public-dashboards.ts';
import { linkImage } from './shares.ts';

const stateSchema = array(
  object({
    uid: string(),
    isEnabled: boolean(),
    timeSelectionEnabled: boolean(),
    annotationsEnabled: boolean(),
    share: string(),
  }),
);

/** A draft that says nothing but what stands in its body. */
const said: ShareDraft = {
  type: null,
  status: null,
  title: null,
  expiresAt: null,
  liveSpan: null,
  invite: null,
  domains: null,
  body: null,
};

export function shareImages(
  { profile }: Account,
  api: GrafanaApi,
  links: PublicLinks,
  shares: ShareCapability,
): ImageKeeper {
  async function read(id: string): Promise<Image> {
    if ((await api.dashboard(id)) === null) return { state: null };
    return linkImage((await linkOf(links, id))?.wire ?? null);
  }

  return {
    read: (id) => readable(read(id)),

    async planRestore(id, { state, secrets }) {
      if (state === null) {
        throw new DashctlError('unsupported', 'A public link is there as long as its dashboard.', {
          hint: 'Delete the dashboard; its link goes with it.',
        });
      }
      refuseHidden(state, 'The public link');
      const [earlier] = parse(stateSchema, state);
      const now = (await linkOf(links, id))?.wire ?? null;
      const title = 'Restore the public link';
      if (earlier === undefined) {
        if (now !== null) return { ...(await shares.planRevoke(id)), title: `${title}: there was none` };
        return alreadySo(`${title}: there was none`, `${profile}/${id}`);
      }
      const { uid, ...settings } = earlier;
      if (now === null) {
        const accessToken = secrets?.accessToken;
        const body = JSON.stringify({ uid, accessToken, ...settings });
        const plan = await shares.planCreate(id, { ...said, body });
        const address =
          accessToken === undefined
            ? 'Its token was not kept: it comes back under a new address.'
            : 'It comes back under its old address.';
        return { ...plan, title, notes: [...plan.notes, address] };
      }
      if (now.uid !== uid) {
        throw new DashctlError('conflict', 'The dashboard has another public link by now.', {
          hint: 'Revoke that one first: dashctl share revoke.',
        });
      }
      return { ...(await shares.planUpdate(id, { ...said, body: JSON.stringify(settings) })), title };
    },
  };
}

/** A server without public links has none to tell of. */
async function linkOf(links: PublicLinks, id: string): Promise<PublicLink | null> {
  try {
    return await links.of(id);
  } catch (error) {
    if (error instanceof DashctlError && error.code === 'unsupported') return null;
    throw error;
  }
}
