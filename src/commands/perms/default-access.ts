import { defineCommand } from '../../cli/definition.ts';
import { one, optional } from '../../cli/options.ts';
import { defaultAccessShape } from '../../model/permission.ts';
import { capability } from '../capability.ts';

const documentedTypes = ['session', 'dashboard'];

export const defaultAccessCommand = defineCommand({
  noun: 'perms',
  verb: 'default-access',
  summary: 'Show who has access to items of a type, or to one item, unless it says otherwise',
  description: ['Grants are printed as the server tells them. No operation changes default access.'],
  args: {
    type: one('TYPE', 'session or dashboard'),
    item: optional('ITEM', 'Id or PROFILE/ID of one item'),
  },
  examples: [
    { note: 'Of dashboards', command: 'dashctl perms default-access dashboard -p sandbox-gtmhub' },
    {
      note: 'Of one dashboard, as JSON',
      command: 'dashctl perms default-access dashboard sandbox-gtmhub/5be26318e5274a0000040002 --json',
    },
  ],
  shape: defaultAccessShape,
  accounts: 'one',
  operations: [
    { provider: 'gtmhub', request: 'GET /permissions/default-access/{itemType}' },
    { provider: 'gtmhub', request: 'GET /permissions/default-access/{itemType}/{itemId}' },
  ],
  async run(context, input) {
    const target = input.item === null ? null : await context.target(input.item, 'object');
    const provider = target?.provider ?? (await context.connect(await context.account()));
    // The other name of a dashboard in this API.
    const type = input.type === 'insightBoard' ? 'dashboard' : input.type;
    if (!documentedTypes.includes(type)) {
      context.renderer.warn(
        `Default access is documented for ${documentedTypes.join(' and ')}; "${type}" is sent as it is.`,
      );
    }
    const found = await capability(provider, 'perms').defaultAccess(type, target?.id ?? null);
    await context.renderer.record(defaultAccessShape, found);
  },
});
