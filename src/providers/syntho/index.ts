/** Syntho, connected to one account. */
import type { Provider, ProviderWorld, WorkspaceCapability } from '../provider.ts';
import { checkKey, synthoApi } from './api.ts';
import { look } from './context.ts';
import type { SynthoContext } from './context.ts';
import { toPermission } from './map.ts';
import { planGrant, planRevoke, planUpdate } from './plans.ts';
import { synthoSession } from './session.ts';
import { planTransfer } from './transfer.ts';

/** @throws DashctlError `no-credentials` for a password without its e-mail */
export function connectSyntho(world: ProviderWorld): Provider {
  const { account } = world;
  const session = synthoSession(world);
  const api = synthoApi(session.client);
  const context: SynthoContext = {
    account,
    api,
    caller: () => session.caller(),
    warn: (message) => {
      world.warn(message);
    },
  };
  return {
    account,
    async whoami() {
      // Any question will do: the server answers it for a session only.
      await api.rows();
      const email = account.settings['user'] ?? '';
      return {
        name: (await session.caller()) === null || email === '' ? 'session' : email,
        kind: 'user',
        organization: null,
        role: null,
        server: null,
        missing: [],
      };
    },
    send: (request) => session.client.send(request),
    urlOf: (request) => session.client.urlOf(request),
    close: () => session.client.close(),
    workspace: workspaceCapability(context),
    images: async () => (await import('./images.ts')).imageCapability(context),
  };
}

function workspaceCapability(context: SynthoContext): WorkspaceCapability {
  const { account } = context;
  return {
    async *list({ workspace, user }) {
      const { rows, users, response } = await look(context);
      const wanted = user?.replace(/^user[:#]/, '').toLowerCase() ?? null;
      const items = rows
        .map((row) => toPermission(row, users, account))
        .filter((one) => workspace === null || one.workspace === workspace)
        .filter((one) => wanted === null || one.user === wanted || one.email?.toLowerCase() === wanted);
      yield { items, raw: response.body };
    },
    async get(id) {
      checkKey(id, 'row');
      const [{ row, response }, { users }] = await Promise.all([context.api.row(id), look(context)]);
      return { value: toPermission(row, users, account), raw: response.body };
    },
    planGrant: (target) => planGrant(context, target),
    planUpdate: (id, change) => planUpdate(context, id, change),
    planRevoke: (ref) => planRevoke(context, ref),
    planTransfer: (asked) => planTransfer(context, asked),
  };
}
