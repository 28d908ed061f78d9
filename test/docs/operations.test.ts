import { describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/nouns.ts';
import { descriptors } from '../../src/providers/registry.ts';
import { pageOperations } from './page-operations.ts';

const commands = await allCommands();

/** The commands that are the way to an operation, as they are typed. */
function commandsFor(provider: string, request: string): string[] {
  return commands
    .filter((command) =>
      command.operations.some((one) => one.provider === provider && one.request === request),
    )
    .map((command) => `dashctl ${command.noun} ${command.verb}`);
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function operationsPage(): string {
  const title = (provider: string): string =>
    descriptors.find((descriptor) => descriptor.name === provider)?.title ?? provider;
  const onPages = new Set(pageOperations.map((one) => `${one.provider} ${one.request}`));
  const extras = new Map<string, readonly [provider: string, request: string]>();
  for (const { operations } of commands) {
    for (const { provider, request } of operations) {
      const key = `${provider} ${request}`;
      if (!onPages.has(key)) extras.set(key, [provider, request]);
    }
  }
  return `# Operations

Every operation of the five API pages and the command that is the way to it, written from the command definitions by
\`npm run docs\`. Evidence: _recorded_ real exchanges, the _vendor's test_ or code, _documented_ by the page alone, or
_assumed_ where no page states the shape.

${table([
  ['system', 'operation', 'request', 'command', 'evidence'],
  ['---', '---', '---', '---', '---'],
  ...pageOperations.map(({ provider, what, request, evidence }) => [
    title(provider),
    what,
    `\`${request}\``,
    commandsFor(provider, request)
      .map((command) => `\`${command}\``)
      .join(', '),
    evidence,
  ]),
])}

Beyond the pages:

${table([
  ['system', 'request', 'command'],
  ['---', '---', '---'],
  ...[...extras.values()].map(([provider, request]) => [
    title(provider),
    `\`${request}\``,
    commandsFor(provider, request)
      .map((command) => `\`${command}\``)
      .join(', '),
  ]),
])}
`;
}

describe('the operations of the five API pages', () => {
  it('are 43', () => {
    expect(pageOperations).toHaveLength(43);
  });

  it.each(pageOperations.filter(({ provider }) => descriptors.some((one) => one.name === provider)))(
    'have a command: $provider $request',
    ({ provider, request }) => {
      expect(commandsFor(provider, request)).not.toEqual([]);
    },
  );

  it('stand in docs/operations.md as the definitions have them', async () => {
    await expect(operationsPage()).toMatchFileSnapshot('../../docs/operations.md');
  });
});
