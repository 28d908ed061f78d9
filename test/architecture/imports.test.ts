import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

interface Import {
  readonly file: string;
  readonly target: string;
  /** `import type` costs nothing at run time, but it is a direction all the same. */
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = [
    ...text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'/gm),
  ].map((match) => ({
    typeOnly: match[1] !== undefined,
    lazy: false,
    specifier: match[2] ?? match[3] ?? '',
  }));
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map((match) => ({
    typeOnly: false,
    lazy: true,
    specifier: match[1] ?? '',
  }));
  return [...statements, ...dynamic].map(({ specifier, typeOnly, lazy }) => ({
    file,
    target: specifier.startsWith('.')
      ? relative(source, resolve(dirname(join(source, file)), specifier)).replaceAll('\\', '/')
      : specifier,
    typeOnly,
    lazy,
  }));
});

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function offenders(breaks: (one: Import) => boolean): string[] {
  return imports.filter(breaks).map((one) => `${one.file} -> ${one.target}`);
}

const rooms = new Set([
  'cli',
  'commands',
  'model',
  'providers',
  'http',
  'config',
  'output',
  'sandbox',
  'files',
  'journal',
]);

/** What each room may import, itself and errors.ts apart. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: ['http'],
  http: ['model'],
  output: ['model'],
  files: [],
  journal: ['files', 'model'],
  config: ['model', 'files', 'http', 'providers'],
  providers: ['http', 'model'],
  sandbox: ['files', 'http', 'model'],
  commands: ['model', 'providers', 'output', 'config', 'cli', 'files', 'http', 'sandbox', 'journal'],
  cli: ['model', 'providers', 'output', 'config', 'commands', 'files', 'http', 'sandbox', 'journal'],
};

describe('the rooms of the house', () => {
  it('finds imports to judge', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it.each(Object.entries(allowed))('%s imports only what lies below it', (room, below) => {
    const strangers = offenders(
      (one) =>
        roomOf(one.file) === room &&
        rooms.has(roomOf(one.target)) &&
        roomOf(one.target) !== room &&
        !below.includes(roomOf(one.target)),
    );
    expect(strangers).toEqual([]);
  });

  it('lets others know http by its types and its reader of addresses only', () => {
    const heavy = offenders(
      (one) =>
        ['model', 'sandbox', 'output', 'config'].includes(roomOf(one.file)) &&
        roomOf(one.target) === 'http' &&
        one.target !== 'http/address.ts' &&
        !one.typeOnly,
    );
    expect(heavy).toEqual([]);
  });

  it('keeps providers apart from each other, and commands away from the inside of one', () => {
    const provider = (path: string): string | null => /^providers\/([a-z]+)\//.exec(path)?.[1] ?? null;
    const crossing = offenders((one) => {
      const target = provider(one.target);
      if (target === null) return false;
      return roomOf(one.file) === 'providers'
        ? provider(one.file) !== target && one.file !== 'providers/registry.ts'
        : true;
    });
    expect(crossing).toEqual([]);
  });

  it('lets config know providers by their types alone', () => {
    expect(
      offenders(
        (one) => roomOf(one.file) === 'config' && roomOf(one.target) === 'providers' && !one.typeOnly,
      ),
    ).toEqual([]);
  });

  it.each([
    ['undici', 'http'],
    ['inquirer', 'output'],
    ['cli-table3', 'output'],
    ['chalk', 'output'],
    ['jq-wasm', 'output'],
    ['conf', 'config'],
    ['fastify', 'sandbox'],
    ['commander', 'cli'],
  ])('imports %s in %s only', (library, room) => {
    const users = imports.filter((one) => one.target === library || one.target.startsWith(`${library}/`));
    expect(users.length).toBeGreaterThan(0);
    expect([...new Set(users.map((one) => roomOf(one.file)))]).toEqual([room]);
  });

  it.each(['undici', 'inquirer', 'cli-table3', 'chalk', 'conf', 'yaml', 'jq-wasm'])(
    'loads %s only when it is used',
    (library) => {
      const eager = offenders(
        (one) =>
          (one.target === library || one.target.startsWith(`${library}/`)) && !one.typeOnly && !one.lazy,
      );
      // One module may import it plainly when that module itself is loaded lazily everywhere.
      const modules = new Set(eager.map((line) => line.split(' -> ')[0] ?? ''));
      const loadedEagerly = imports.filter((one) => modules.has(one.target) && !one.lazy && !one.typeOnly);
      const throughWhom = loadedEagerly.filter((one) => !modules.has(one.file) && !isLazyOnly(one.file));
      expect(throughWhom.map((one) => `${one.file} -> ${one.target}`)).toEqual([]);
    },
  );

  it('leaves the process to main and output', () => {
    const uses = files.filter((file) => {
      if (file === 'main.ts' || roomOf(file) === 'output') return false;
      const text = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return /(?<![.\w'"`/:-])process\.[a-z]/.test(text) || /\bconsole\.\w/.test(text);
    });
    expect(uses).toEqual([]);
  });
});

/** Whether a module is reached by `import()` alone, directly or through such modules. */
function isLazyOnly(file: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (file === 'main.ts' || file === 'cli/run.ts' || seen.has(file)) return false;
  const users = imports.filter((one) => one.target === file && !one.typeOnly);
  if (users.length === 0) return false;
  return users.every((one) => one.lazy || isLazyOnly(one.file, new Set([...seen, file])));
}
