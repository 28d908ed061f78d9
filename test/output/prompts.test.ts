import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createProgress } from '../../src/output/progress.ts';
import { createPrompter, type Prompter } from '../../src/output/prompts.ts';
import { describeTerminal } from '../../src/output/terminal.ts';
import { Capture } from './support.ts';

interface Dialogue {
  readonly prompter: Prompter;
  readonly stdin: PassThrough & { isTTY: boolean };
  readonly stdout: Capture;
  readonly stderr: Capture;
  /** Waits until stderr shows the text, then types. */
  readonly type: (after: string, keys: string) => Promise<void>;
}

function dialogue(env: Record<string, string> = { NO_COLOR: '1' }, signal?: AbortSignal): Dialogue {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = new Capture(true, 80);
  const stderr = new Capture(true, 80);
  const streams = { stdin, stdout, stderr };
  const terminal = describeTerminal(streams, env, { color: 'auto', noInput: false });
  const prompter = createPrompter({
    streams,
    terminal,
    progress: createProgress(stderr, terminal),
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    prompter,
    stdin,
    stdout,
    stderr,
    async type(after, keys) {
      await vi.waitFor(
        () => {
          expect(stderr.text).toContain(after);
        },
        { timeout: 10_000 },
      );
      stdin.write(keys);
    },
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a question', () => {
  test.each([
    ['\r', false],
    ['y\r', true],
    ['n\r', false],
    ['yes\r', true],
  ])('of yes or no, answered %j, is %s', async (keys, expected) => {
    const { prompter, stdout, stderr, type } = dialogue();
    const answer = prompter.confirm({ message: 'Delete "Checkout"?', flag: '--yes' });
    await type('Delete "Checkout"?', keys);
    expect(await answer).toBe(expected);
    expect(stdout.text).toBe('');
    expect(stderr.text).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  test.each([
    ['Checkout\r', true],
    ['checkout\r', false],
    ['\r', false],
  ])('that wants the name typed, answered %j, is %s', async (keys, expected) => {
    const { prompter, type } = dialogue();
    const answer = prompter.typed({ message: 'Type the title', flag: '--confirm', expect: 'Checkout' });
    await type('Type the title', keys);
    expect(await answer).toBe(expected);
  });

  test('for text takes the default on Enter and repeats until it is valid', async () => {
    const { prompter, type } = dialogue();
    const first = prompter.text({ message: 'Site', flag: '--site', default: 'datadoghq.com' });
    await type('Site', '\r');
    expect(await first).toBe('datadoghq.com');

    const other = dialogue();
    const second = other.prompter.text({
      message: 'Name',
      flag: '--name',
      validate: (name) => (name === 'prod' ? 'prod\u001b[2J is taken.' : null),
    });
    await other.type('Name', 'prod\r');
    await other.type('prod\\u{1b}[2J is taken.', '2\r');
    expect(await second).toBe('prod2');
  });

  test('for a secret never shows it', async () => {
    const { prompter, stdout, stderr, type } = dialogue();
    const answer = prompter.secret({ message: 'API key', flag: 'DD_API_KEY' });
    await type('API key', 'tops3cret\r');
    expect(await answer).toBe('tops3cret');
    expect(stdout.text + stderr.text).not.toContain('tops3');
    expect(stderr.text).toContain('*********');
  });

  test('for one of a few', async () => {
    const { prompter, type } = dialogue();
    const choices = ['datadog', 'grafana'].map((name) => ({ name, value: { name } }));
    const answer = prompter.select({ message: 'System', flag: '--provider', choices });
    await type('grafana', '\u001b[B\r');
    expect(await answer).toBe(choices[1]?.value);
  });

  test('for one of many can be searched', async () => {
    const { prompter, type } = dialogue();
    const choices = Array.from({ length: 30 }, (_, n) => ({
      name: `dashboard ${n}`,
      value: n,
      description: `d-${n}`,
    }));
    const answer = prompter.select({ message: 'Which one', flag: 'REF', choices });
    await type('dashboard 0', '27');
    await type('dashboard 27', '\r');
    expect(await answer).toBe(27);
  });

  test('is escaped, and coloured only where colour is', async () => {
    // inquirer itself asks only the real environment and the real stdout.
    vi.stubEnv('FORCE_COLOR', '1');
    const plain = dialogue();
    const answer = plain.prompter.confirm({ message: 'Delete \u001b[2J\u202eevil?', flag: '--yes' });
    await plain.type('Delete \\u{1b}[2J\\u{202e}evil?', '\r');
    await answer;
    expect(plain.stderr.text).not.toContain('\u202e');
    expect(plain.stderr.text).not.toMatch(/\u001b\[\d+m/);

    const coloured = dialogue({ FORCE_COLOR: '1' });
    const second = coloured.prompter.confirm({ message: 'Delete?', flag: '--yes' });
    await coloured.type('Delete?', '\r');
    await second;
    expect(coloured.stderr.text).toMatch(/\u001b\[\d+m/);
  });
});

describe('a question without an answer', () => {
  const cancelled = { code: 'cancelled', exitCode: 5 };

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('ended by %s is cancelled', async (_, key) => {
    for (const kind of ['confirm', 'secret', 'text'] as const) {
      const { prompter, stderr, type } = dialogue();
      const answer = prompter[kind]({ message: 'Go on?', flag: '--yes' });
      const outcome = expect(answer).rejects.toMatchObject(cancelled);
      await type('Go on?', key);
      await outcome;
      expect(stderr.text.replace(/\u001b\[[?\d;]*[A-Za-z]/g, '')).toMatch(/\n$/);
    }
  });

  test('because the input ends is cancelled', async () => {
    const { prompter, stdin, type } = dialogue();
    const outcome = expect(prompter.confirm({ message: 'Go on?', flag: '--yes' })).rejects.toMatchObject(
      cancelled,
    );
    await type('Go on?', '');
    stdin.end();
    await outcome;
  });

  test('because the input ended before is cancelled, and nothing is drawn', async () => {
    const { prompter, stdin, stderr } = dialogue();
    stdin.resume().end();
    await new Promise((resolve) => stdin.once('end', resolve));
    await expect(prompter.secret({ message: 'Key', flag: 'DD_API_KEY' })).rejects.toMatchObject(cancelled);
    expect(stderr.text).toBe('');
  });

  test('because the run was ended is cancelled', async () => {
    const run = new AbortController();
    const { prompter, type } = dialogue({}, run.signal);
    const outcome = expect(prompter.confirm({ message: 'Go on?', flag: '--yes' })).rejects.toMatchObject(
      cancelled,
    );
    await type('Go on?', '');
    run.abort();
    await outcome;
  });
});

describe('where nobody can be asked', () => {
  test('every question fails and names its flag', async () => {
    const { prompter, stderr } = dialogue({ CI: 'true' });
    expect(prompter.available).toBe(false);
    const missing = { code: 'missing-input', exitCode: 2 };
    const unconfirmed = { code: 'confirmation-required', exitCode: 2 };
    const asked: [Promise<unknown>, object, string][] = [
      [prompter.confirm({ message: 'Delete?', flag: '--yes' }), unconfirmed, '--yes'],
      [
        prompter.typed({ message: 'Title', flag: '--confirm NAME', expect: 'x' }),
        unconfirmed,
        '--confirm NAME',
      ],
      [prompter.text({ message: 'Site', flag: '--site' }), missing, '--site'],
      [prompter.secret({ message: 'Key', flag: 'DD_API_KEY' }), missing, 'DD_API_KEY'],
      [prompter.select({ message: 'Which', flag: 'REF', choices: [] }), missing, 'REF'],
    ];
    for (const [question, expected, flag] of asked) {
      const failure: unknown = await question.catch((error: unknown) => error);
      expect(failure).toMatchObject(expected);
      expect((failure as { hint: string }).hint).toContain(flag);
    }
    expect(stderr.text).toBe('');
  });
});
