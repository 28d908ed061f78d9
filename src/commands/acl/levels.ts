import { defineCommand } from '../../cli/definition.ts';
import { levelShape } from '../../model/level.ts';
import { capability } from '../capability.ts';

export const levelsCommand = defineCommand({
  noun: 'acl',
  verb: 'levels',
  summary: 'Show what the provider calls each level',
  examples: [
    { note: 'Grafana', command: 'dashctl acl levels -p sandbox-grafana' },
    { note: 'As JSON', command: 'dashctl acl levels -p sandbox-grafana --json' },
  ],
  shape: levelShape,
  accounts: 'one',
  async run(context) {
    const { levels } = capability(await context.connect(await context.account()), 'acl');
    await context.renderer.records(levelShape, levels);
  },
});
