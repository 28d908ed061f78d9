import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { colourLevel, describeTerminal } from '../../src/output/terminal.ts';
import { Capture } from './support.ts';

function facts(
  env: Record<string, string>,
  ttys: { stdin?: boolean; stdout?: boolean; stderr?: boolean } = {},
  noInput = false,
) {
  const stdin = Object.assign(new PassThrough(), { isTTY: ttys.stdin === true });
  const streams = {
    stdin,
    stdout: new Capture(ttys.stdout === true, 0),
    stderr: new Capture(ttys.stderr === true, 132),
  };
  return describeTerminal(streams, env, { color: 'auto', noInput });
}

describe('the colour level of a stream', () => {
  test.each<[env: Record<string, string>, onTerminal: number, onPipe: number]>([
    [{}, 1, 0],
    [{ TERM: 'xterm' }, 1, 0],
    [{ TERM: 'xterm-256color' }, 2, 0],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 3, 0],
    [{ TERM: 'dumb' }, 0, 0],
    [{ NO_COLOR: '1' }, 0, 0],
    [{ NO_COLOR: '' }, 1, 0],
    [{ NO_COLOR: '1', FORCE_COLOR: '3' }, 0, 0],
    [{ NO_COLOR: '1', CLICOLOR_FORCE: '1' }, 0, 0],
    [{ FORCE_COLOR: '0' }, 0, 0],
    [{ FORCE_COLOR: 'false' }, 0, 0],
    [{ FORCE_COLOR: '' }, 1, 0],
    [{ FORCE_COLOR: '1', TERM: 'xterm-256color' }, 1, 1],
    [{ FORCE_COLOR: '2' }, 2, 2],
    [{ FORCE_COLOR: '3' }, 3, 3],
    [{ FORCE_COLOR: 'true', TERM: 'xterm-256color' }, 2, 2],
    [{ FORCE_COLOR: '0', CLICOLOR_FORCE: '1' }, 0, 0],
    [{ FORCE_COLOR: '1', TERM: 'dumb' }, 1, 1],
    [{ CLICOLOR_FORCE: '1' }, 1, 1],
    [{ CLICOLOR_FORCE: '0' }, 1, 0],
    [{ CLICOLOR_FORCE: '1', CLICOLOR: '0' }, 1, 1],
    [{ CLICOLOR: '0' }, 0, 0],
    [{ CLICOLOR: '1' }, 1, 0],
  ])('%j: %i on a terminal, %i on a pipe', (env, onTerminal, onPipe) => {
    expect([colourLevel(true, env, 'auto'), colourLevel(false, env, 'auto')]).toEqual([onTerminal, onPipe]);
    for (const isTTY of [true, false]) {
      expect(colourLevel(isTTY, env, 'never')).toBe(0);
      expect(colourLevel(isTTY, env, 'always')).toBeGreaterThan(0);
    }
  });

  test('each stream is judged by itself', () => {
    const { stdout, stderr } = facts({ TERM: 'xterm' }, { stderr: true });
    expect([stdout.colour, stderr.colour]).toEqual([0, 1]);
  });
});

describe('the width of a stream', () => {
  test('is what the terminal says, else COLUMNS, else 80', () => {
    expect(facts({ COLUMNS: '100' }).stderr.columns).toBe(132);
    expect(facts({ COLUMNS: '100' }).stdout.columns).toBe(100);
    for (const COLUMNS of ['', '0', '-5', '1e3', 'wide']) expect(facts({ COLUMNS }).stdout.columns).toBe(80);
  });
});

describe('a person can be asked', () => {
  const person = { stdin: true, stderr: true };
  test.each<[Record<string, string>, typeof person | object, boolean, boolean]>([
    [{}, person, false, true],
    [{ CI: '' }, person, false, true],
    [{ CI: 'false' }, person, false, true],
    [{ CI: 'true' }, person, false, false],
    [{ CI: '1' }, person, false, false],
    [{}, person, true, false],
    [{}, { stdin: true, stdout: true }, false, false],
    [{}, { stderr: true, stdout: true }, false, false],
  ])('%j %j no input %s: %s', (env, ttys, noInput, expected) => {
    expect(facts(env, ttys, noInput).canPrompt).toBe(expected);
  });
});
