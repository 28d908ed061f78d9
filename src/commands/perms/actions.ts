import { defineCommand } from '../../cli/definition.ts';
import { permissionActionShape } from '../../model/permission.ts';
import { listAcross } from '../across.ts';
import { capability } from '../capability.ts';

export const actionsCommand = defineCommand({
  noun: 'perms',
  verb: 'actions',
  summary: 'List the actions that can be permitted',
  examples: [
    { note: 'All of them', command: 'dashctl perms actions -p sandbox-gtmhub' },
    { note: 'Names alone', command: 'dashctl perms actions -p sandbox-gtmhub --fields name' },
  ],
  shape: permissionActionShape,
  accounts: 'several',
  operations: [{ provider: 'gtmhub', request: 'GET /permissions/actions' }],
  async run(context) {
    await listAcross(
      context,
      permissionActionShape,
      async function* (provider) {
        yield await capability(provider, 'perms').actions();
      },
      { what: (rows) => (rows === 1 ? 'action' : 'actions') },
    );
  },
});
