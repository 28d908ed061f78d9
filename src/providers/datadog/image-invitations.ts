/** Invitations to one share as images. They only tell what happened: a mail cannot be taken back, a login not restored. */
import { DashctlError } from '../../errors.ts';
import type { DatadogContext } from './context.ts';
import type { ImageKeeper } from './images.ts';
import { allInvitations, invitationsState, shareOfRef } from './invitations.ts';
import { shareKey, sharesImage } from './share-state.ts';

export function invitationImages(context: DatadogContext): ImageKeeper {
  return {
    async read(id) {
      const { dashboard, key } = shareOfRef(id);
      const { secrets } = await sharesImage(context, dashboard);
      const token = Object.values(secrets ?? {}).find((one) => shareKey(one) === key);
      if (token === undefined) return { state: null };
      return { state: invitationsState(await allInvitations(context, token)) };
    },
    planRestore() {
      throw new DashctlError(
        'unsupported',
        'Mails cannot be taken back, and logins that ended do not return.',
        {
          hint: 'dashctl invite revoke ends the access that an invitation gives; dashctl invite send invites again.',
        },
      );
    },
  };
}
