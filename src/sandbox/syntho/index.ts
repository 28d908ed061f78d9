/** The Syntho room: sessions, users and workspace permissions. */
import type { Room } from '../room.ts';
import { endpoints, page } from './answers.ts';
import { authEndpoints } from './auth.ts';
import { mannerEndpoints } from './manner.ts';
import { permissionEndpoints } from './permissions.ts';
import { anaLogin, seedSyntho } from './seed.ts';
import type { SynthoState } from './state.ts';

export const synthoRoom: Room<SynthoState> = {
  name: 'syntho',
  seed: seedSyntho,
  env: (baseUrl) => ({
    SYNTHO_URL: baseUrl,
    SYNTHO_EMAIL: anaLogin.email,
    SYNTHO_PASSWORD: anaLogin.password,
  }),
  routes(app, store, world) {
    mannerEndpoints(app, store);
    const on = endpoints(app, store, world);
    authEndpoints(on);
    permissionEndpoints(on);
    app.setNotFoundHandler((request, reply) => {
      const [path = '', query] = request.originalUrl.split('?', 2);
      // Every path of the API ends with a slash; without it the framework sends the client there, whatever the method.
      if (path.includes('/api/v1/') && !path.endsWith('/')) {
        return reply
          .code(301)
          .header('location', `${path}/${query === undefined ? '' : `?${query}`}`)
          .send();
      }
      return page(reply, 404, 'Not Found');
    });
  },
};
