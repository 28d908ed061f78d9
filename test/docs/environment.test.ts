/** `help environment` names what the code reads: all of it, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The page itself and the tables of the network's error codes name no variable that is read there. */
const others = [
  'cli/topics.ts',
  'http/failure.ts',
  'http/transport.ts',
  'http/policy.ts',
  'output/streams.ts',
];

/** Taken out of the environment of another process, never read. */
const removed = ['NODE_OPTIONS'];

/** Values that look like names of variables. */
const values = /^(?:ERR|UND|HPE|GET|POST|PUT|PATCH|DELETE|HEAD)_?|_ACCESS$|_PROFILE_ID$/;

const sources = ['src', 'bin'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(root, folder, file), 'utf8') })),
);

function quoted(pattern: RegExp): Set<string> {
  return new Set(
    sources
      .filter(({ file }) => !others.includes(file) && !file.startsWith('sandbox/'))
      .flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name = '']) => name)),
  );
}

/** What stands as an index of an environment, and every quoted name of several words in capitals. */
const read = new Set([
  ...quoted(/\benv(?:ironment)?\['([A-Z][A-Z0-9_]*)'\]/g),
  ...[...quoted(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].filter(
    (name) => !values.test(name) && !removed.includes(name),
  ),
]);

it('names every variable that is read, and none that is not', async () => {
  const { stdout } = await createCli()('help environment');
  const listed = new Set(
    stdout
      .split('\n')
      .map((line) => /^ {2}(?! )((?:[A-Z][A-Z0-9_]*(?:, )?)+)/.exec(line)?.[1] ?? '')
      .flatMap((names) => names.split(', '))
      .filter((name) => name !== ''),
  );
  expect(read.size).toBeGreaterThan(40);
  expect([...read].filter((name) => !listed.has(name)).sort()).toEqual([]);
  // Those that are handed on stand as members.
  const known = quoted(/\b([A-Z][A-Z0-9_]*)(?:'|: )/g);
  expect([...listed].filter((name) => !known.has(name)).sort()).toEqual([]);
});
