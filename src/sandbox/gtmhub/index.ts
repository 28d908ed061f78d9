/** The Gtmhub room: the permission endpoints of Gtmhub (Quantive Results), and the lists that names are looked up in. */
import type { Room } from '../room.ts';
import { endpoints, guarded, Refusal } from './answers.ts';
import { lookupEndpoints } from './lookups.ts';
import { mannerEndpoints } from './manner.ts';
import { permissionEndpoints } from './permissions.ts';
import { accountId, seedGtmhub, tokens } from './seed.ts';
import type { GtmhubState } from './state.ts';

/** The vendor's base URL holds the version. */
const apiPath = '/api/v1';

export const gtmhubRoom: Room<GtmhubState> = {
  name: 'gtmhub',
  apiPath,
  seed: seedGtmhub,
  env: (baseUrl) => ({
    GTMHUB_API_URL: `${baseUrl}${apiPath}`,
    GTMHUB_API_TOKEN: tokens.admin,
    GTMHUB_ACCOUNT_ID: accountId,
  }),
  routes(app, store) {
    mannerEndpoints(app, store);
    const on = endpoints(app, store);
    permissionEndpoints(on);
    lookupEndpoints(on);
    app.setNotFoundHandler((_request, reply) =>
      guarded(store, reply, () => Promise.reject(new Refusal(404, 'Not found'))),
    );
  },
};
