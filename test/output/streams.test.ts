import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pagesOf, scene, thing, thingShape } from './support.ts';

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
}

describe('a reader that goes away', () => {
  test.each(['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml'] as const)(
    'ends a list as %s early and quietly',
    async (format) => {
      const { renderer, stdout, stderr } = scene({ format });
      let pages = 0;
      let released = false;
      async function* endless() {
        try {
          for (;;) {
            pages++;
            // Buffered formats learn of it only when they write; let them come to that.
            if (pages > 5) return;
            yield* pagesOf([thing()]);
            stdout.failure = brokenPipe();
          }
        } finally {
          released = true;
        }
      }
      await renderer.list(thingShape, endless(), { empty: '' });
      await renderer.finish();
      expect(renderer.closed).toBe(true);
      expect(released).toBe(true);
      if (format === 'ndjson' || format === 'tsv') expect(pages).toBe(2);
      expect(stderr.text).toBe('');
    },
  );

  test('does not disturb what is written after', async () => {
    const { renderer, stdout } = scene({ format: 'json' });
    stdout.failure = brokenPipe();
    await renderer.record(thingShape, { value: thing(), raw: new Uint8Array() });
    await renderer.records(thingShape, [thing()]);
    await renderer.text('more');
    expect(renderer.closed).toBe(true);
  });

  test('of stderr costs only what it would have read', async () => {
    const { renderer, stdout, stderr } = scene({ format: 'tsv', fields: ['ref'] });
    stderr.failure = brokenPipe();
    renderer.warn('careful');
    await renderer.records(thingShape, [thing()]);
    await renderer.error(new Error('failed'));
    await renderer.finish();
    expect(stdout.text).toBe('prod/abc-def-ghi\n');
    expect(renderer.closed).toBe(false);
  });
});

test('a full disk is a failure, not silence', async () => {
  const { renderer, stdout } = scene({ format: 'ndjson' });
  stdout.failure = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  await expect(renderer.records(thingShape, [thing()])).rejects.toMatchObject({ code: 'file', exitCode: 1 });
});

test('rows wait for a slow reader', async () => {
  const { renderer, stdout } = scene({ format: 'ndjson' });
  stdout.delay = 5;
  let ahead = 0;
  async function* pages() {
    for (let page = 0; page < 20; page++) {
      // What was handed out before this page, in rows, less what the reader has taken.
      ahead = Math.max(ahead, page - stdout.chunks.length);
      yield* pagesOf([thing()]);
    }
  }
  expect(await renderer.list(thingShape, pages(), { empty: '' })).toBe(20);
  expect(ahead).toBe(0);
  expect(stdout.text.split('\n')).toHaveLength(21);
});

describe('a real process', () => {
  let folder = '';
  let program = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dashctl-output-'));
    const source = fileURLToPath(new URL('../../src/output/', import.meta.url));
    const support = fileURLToPath(new URL('support.ts', import.meta.url));
    const input = join(folder, 'program.ts');
    await writeFile(
      input,
      `import { createRenderer } from ${JSON.stringify(join(source, 'renderer.ts'))};
      import { describeTerminal } from ${JSON.stringify(join(source, 'terminal.ts'))};
      import { pagesOf, thing, thingShape } from ${JSON.stringify(support)};
      const [format, count] = process.argv.slice(2);
      const terminal = describeTerminal(process, {}, { color: 'auto', noInput: false });
      const renderer = createRenderer(process, terminal, { format, fields: null, raw: false, csvRaw: false, filter: null });
      async function* pages() {
        for (let page = 0; page < Number(count) / 100; page++) {
          yield* pagesOf(Array.from({ length: 100 }, (_, row) => thing({ ref: 'prod/' + (page * 100 + row) })));
        }
      }
      const read = await renderer.list(thingShape, pages(), { empty: 'No things.' });
      await renderer.finish();
      process.stderr.write(read + ' ' + renderer.closed);`,
    );
    await build({
      input,
      platform: 'node',
      logLevel: 'silent',
      output: { dir: join(folder, 'dist'), format: 'esm', entryFileNames: 'program.mjs' },
    });
    program = join(folder, 'dist', 'program.mjs');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test.each(['tsv', 'table'])('as %s into head -1 ends quietly, with exit code 0', async (format) => {
    const { stdout, stderr } = await execa('bash', [
      '-c',
      `set -o pipefail; "$0" "$1" ${format} 10000 | head -1`,
      process.execPath,
      program,
    ]);
    expect(stdout).toMatch(format === 'tsv' ? /^prod\/0\t/ : /^REF /);
    expect(stderr).toMatch(/^\d+ true$/);
    if (format === 'tsv') expect(Number(stderr.split(' ')[0])).toBeLessThan(10_000);
  });

  test('hands 5 MB whole to a slow reader', async () => {
    const child = execa(process.execPath, [program, 'ndjson', '15000'], { buffer: { stdout: false } });
    let bytes = 0;
    let lines = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      lines += chunk.toString('latin1').split('\n').length - 1;
      if (bytes < 1_000_000) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await child).stderr).toBe('15000 false');
    expect(lines).toBe(15_000);
    expect(bytes).toBeGreaterThan(4_500_000);
  });

  test('tells of a full disk', async () => {
    const result = await execa(
      'bash',
      ['-c', '"$0" "$1" ndjson 100 > /dev/full', process.execPath, program],
      {
        reject: false,
      },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('Cannot write to standard output: ENOSPC');
  });
});
