import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress } from '../../src/output/progress.ts';
import { describeTerminal } from '../../src/output/terminal.ts';
import { Capture, pagesOf, scene, thing, thingShape } from './support.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function progressOn(isTTY: boolean, env: Record<string, string> = {}, columns = 80) {
  const stderr = new Capture(isTTY, columns);
  const streams = { stdin: new PassThrough(), stdout: new Capture(false, 80), stderr };
  return {
    stderr,
    progress: createProgress(stderr, describeTerminal(streams, env, { color: 'auto', noInput: false })),
  };
}

/** What a terminal shows of a line that is overwritten. */
function visible(text: string): string {
  return text.split('\r').at(-1)?.replace('\u001b[K', '') ?? '';
}

describe('progress', () => {
  test('is for waits of more than 300 ms', async () => {
    const { stderr, progress } = progressOn(true);
    progress.show('Reading dashboards');
    await vi.advanceTimersByTimeAsync(290);
    expect(stderr.text).toBe('');
    await vi.advanceTimersByTimeAsync(20);
    await vi.waitFor(() => {
      expect(visible(stderr.text)).toBe('| Reading dashboards');
    });
    progress.show('Reading dashboards (100)');
    await vi.advanceTimersByTimeAsync(100);
    expect(visible(stderr.text)).toBe('/ Reading dashboards (100)');
    progress.stop();
    expect(visible(stderr.text)).toBe('');
    await vi.advanceTimersByTimeAsync(1000);
    expect(visible(stderr.text)).toBe('');
  });

  test('that is over in time leaves no trace', async () => {
    const { stderr, progress } = progressOn(true);
    progress.show('Reading');
    await vi.advanceTimersByTimeAsync(200);
    progress.stop();
    await vi.advanceTimersByTimeAsync(2000);
    expect(stderr.text).toBe('');
  });

  test.each<[boolean, Record<string, string>]>([
    [false, {}],
    [true, { CI: 'true' }],
  ])('is silent where nobody watches: terminal %s, %j', async (isTTY, env) => {
    const { stderr, progress } = progressOn(isTTY, env);
    progress.show('Reading');
    await vi.advanceTimersByTimeAsync(2000);
    progress.stop();
    expect(stderr.text).toBe('');
  });

  test('fits the line and escapes what it names', async () => {
    const { stderr, progress } = progressOn(true, {}, 20);
    progress.show('Reading 日本語日本語日本語日本語\u001b[2J');
    await vi.advanceTimersByTimeAsync(310);
    await vi.waitFor(() => {
      expect(visible(stderr.text)).toBe('| Reading 日本語日…');
    });
    progress.stop();
  });

  test('is gone before results and messages', async () => {
    const { renderer, stdout, stderr } = scene({ stdoutTTY: true, stderrTTY: true, fields: ['ref'] });
    renderer.progress.show('Reading');
    await vi.advanceTimersByTimeAsync(310);
    await vi.waitFor(() => {
      expect(visible(stderr.text)).toContain('Reading');
    });
    renderer.note('A note.');
    expect(stderr.text.endsWith('\r\u001b[KA note.\n')).toBe(true);
    await vi.advanceTimersByTimeAsync(110);
    expect(visible(stderr.text)).toContain('Reading');
    await renderer.list(thingShape, pagesOf([thing()]), { empty: '' });
    expect(visible(stderr.text)).toBe('1 thing.\n');
    expect(stdout.text).toContain('prod/abc');
  });
});
