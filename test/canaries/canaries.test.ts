/**
 * Planted secrets go through every command of every account in every format, through failures, dry runs and crashes, and
 * are looked for in everything that comes out and everything that is left behind.
 *
 * `DASHCTL_CANARIES=all` tries all of it; without it every line goes through one format and one failure, the next line
 * through the next.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCommands } from '../../src/cli/nouns.ts';
import { commandName } from '../../src/cli/definition.ts';
import { createHome } from '../support/binary.ts';
import { createCli } from '../support/cli.ts';
import { hitsIn } from './faces.ts';
import { accounts, addressOf, elsewhere, linesOf } from './lines.ts';
import { realClock } from '../support/sandbox.ts';
import { keys, planted, plantedSandbox } from './planted.ts';
import { faults, startTellingProxy } from './telling-proxy.ts';
import type { Clock } from '../../src/http/http.ts';
import type { Cli, CliOptions } from '../support/cli.ts';
import type { Canary } from './faces.ts';
import type { Account, Line } from './lines.ts';
import type { PlantedSandbox } from './planted.ts';
import type { TellingProxy } from './telling-proxy.ts';

/** How a result can be asked for; a width stands for a terminal. */
const formats: Readonly<Record<string, { readonly words: readonly string[]; readonly columns?: number }>> = {
  terminal: { words: [], columns: 120 },
  pipe: { words: [] },
  json: { words: ['-o', 'json'] },
  ndjson: { words: ['-o', 'ndjson'] },
  csv: { words: ['-o', 'csv'] },
  tsv: { words: ['-o', 'tsv'] },
  yaml: { words: ['-o', 'yaml'] },
  jq: { words: ['--jq', '.'] },
  raw: { words: ['--raw'] },
};

const whole = process.env['DASHCTL_CANARIES'] === 'all';

const commands = await allCommands();
const lines = commands.flatMap(linesOf);

/** Those of several ways that a line takes. */
function waysOf<T>(line: Line, ways: readonly T[]): readonly T[] {
  return whole ? ways : ways.filter((_, index) => index === lines.indexOf(line) % ways.length);
}

interface Found {
  readonly line: string;
  readonly where: string;
  readonly canary: string;
  readonly face: string;
  readonly around: string;
}

const found: Found[] = [];
let runs = 0;
let files = 0;

describe('planted secrets', () => {
  let sandbox: PlantedSandbox;
  let proxy: TellingProxy;
  let cli: Cli;
  /** Writes of the journal. */
  const written: string[] = [];
  /** Everything that opened something at any time. */
  const everything = new Map<string, Canary>(planted.map((canary) => [canary.value, canary]));

  beforeAll(async () => {
    sandbox = await plantedSandbox();
    proxy = await startTellingProxy(sandbox.url, keys.proxyPassword);
    cli = createCli({ env: proxy.env('none') });
    for (const account of accounts) await save(account);
    for (const line of [
      'share revoke graf/ca9a17ca9a17ca9a17ca9a17ca9a17ca',
      'share revoke dd/c4t-9kx-2mq',
    ]) {
      await tried([...line.split(' '), '--yes', '--allow-http'], { asked: true, env: ownState() });
      written.push(
        (await cli('history list --limit 1 --fields operation -o tsv', { env: ownState() })).stdout.trim(),
      );
    }
    expect(written).toEqual([expect.stringMatching(/\.1$/), expect.stringMatching(/\.1$/)]);
  });
  afterAll(async () => {
    await proxy.close();
    await sandbox.close();
  });

  /** A journal of few runs: those who read it read all of it. */
  const ownState = (): Record<string, string> => ({ DASHCTL_STATE_DIR: join(cli.home, 'few') });

  async function save(account: Account, name = account.profile, address = addressOf(account)): Promise<void> {
    const words = ['profile', 'add', name, '--provider', account.provider, '--base-url', address];
    const saved = await tried([...words, '--replace', '--no-check', '--allow-http', '--from-env'], {
      env: account.env,
    });
    expect(saved).toEqual({ code: 0, stderr: expect.any(String) as string });
  }

  function look(line: string, where: string, text: string, canaries: Iterable<Canary>): void {
    for (const hit of hitsIn(text, [...canaries])) found.push({ line, where, ...hit });
  }

  /** Runs a line and looks at what it said. `asked`: single links are what it was asked for. */
  async function tried(
    words: readonly string[],
    options: CliOptions & { readonly asked?: boolean; readonly room?: string } = {},
  ): Promise<{ readonly code: number; readonly stderr: string }> {
    const line = words.join(' ');
    const result = await cli(words, options);
    runs += 1;
    const own = options.room === undefined ? [] : sandbox.links(options.room);
    for (const canary of [...own, ...proxy.handedOut]) everything.set(canary.value, canary);
    const here = [...planted, ...own, ...proxy.handedOut];
    look(line, 'stderr', result.stderr, here);
    look(
      line,
      'stdout',
      result.stdout,
      options.asked === true ? here.filter(({ kind }) => kind === 'key') : here,
    );
    return { code: result.code, stderr: result.stderr };
  }

  /** The words of a line with those that every line has. */
  function full({ words, command }: Line, more: readonly string[]): readonly string[] {
    const own = words.map((word) => (/^%\d$/.test(word) ? (written[Number(word.slice(1))] ?? '') : word));
    const connects = command.accounts !== 'none' || command.noun === 'profile' || command.noun === 'undo';
    return [...own, ...more, ...(connects ? ['--allow-http'] : [])];
  }

  it('have a line for every command and system', () => {
    const without = commands.filter((command) => linesOf(command).length === 0).map(commandName);
    expect(without).toEqual(Object.keys(elsewhere));
  });

  /** Every line once, in each format that it takes, from the same state of its room. */
  async function throughFormats(some: readonly Line[]): Promise<void> {
    // They have to work, or they prove nothing.
    const failed: string[] = [];
    for (const line of some) {
      const { account, command, stdin } = line;
      const own = isFirst(account) ? Object.keys(formats) : briefly;
      for (const [format, debug] of waysOf(line, own.flatMap(bothWays))) {
        const { words, columns } = formats[format] ?? { words: [] };
        if (account !== null) sandbox.reset(account.room);
        const options = {
          stdin,
          ...(columns === undefined ? {} : { columns }),
          ...(account === null ? { env: ownState() } : { room: account.room }),
        };
        const asked = isAsked(line, format);
        const { code, stderr } = await tried(full(line, [...words, ...debug]), { ...options, asked });
        // Raw requests and bodies are printed as they come, or not at all.
        const shaped = account !== null && format !== 'raw' && command.noun !== 'api';
        if (shaped && code !== 0) {
          failed.push(`${line.words.join(' ')} ${words.join(' ')}: ${stderr}`);
        }
      }
      if (!command.writes) continue;
      for (const [format, debug] of waysOf(line, briefly.flatMap(bothWays))) {
        const { words, columns } = formats[format] ?? { words: [] };
        if (account !== null) sandbox.reset(account.room);
        await tried(full(line, [...words, ...debug, '--dry-run']), {
          stdin,
          ...(columns === undefined ? {} : { columns }),
          ...(account === null ? { env: ownState() } : { room: account.room }),
        });
      }
    }
    expect(failed).toEqual([]);
  }

  /** Whether a line asks accounts of several rooms, which others must leave alone meanwhile. */
  const isAcross = ({ words }: Line): boolean => words.filter((word) => word === '-p').length > 1;

  // Rooms know nothing of each other.
  const rooms = [...new Set(accounts.map(({ room }) => room))];
  it.concurrent.each(rooms)('stay in through every format: %s', { timeout: 300_000 }, async (room) => {
    await throughFormats(lines.filter((line) => line.account?.room === room && !isAcross(line)));
  });

  it('stay in through every format: on this machine, of several rooms', { timeout: 300_000 }, async () => {
    await throughFormats(lines.filter((line) => line.account === null || isAcross(line)));
  });

  it.each(faults)(
    'stay in when servers repeat all that they got: %s',
    { timeout: 300_000 },
    async (fault) => {
      const env = proxy.env(fault);
      const printed = lines.filter(
        (line) =>
          // A raw request prints the server's own answer, whatever it says.
          (line.command.noun !== 'api' || line.words.includes('--silent')) &&
          // Repeats after a reset take their time, and have one account each.
          (fault !== 'reset' || isFirst(line.account)) &&
          waysOf(line, faults).includes(fault),
      );
      await inTurns(8, printed, async (line) => {
        for (const more of fault === 'reset' ? [['--debug']] : waysOf(line, [['--json', '--debug'], []])) {
          const own = line.account === null ? ownState() : {};
          await tried(full(line, more), { stdin: line.stdin, env: { ...env, ...own } });
        }
      });
    },
  );

  it('stay in when the password of the proxy is wrong', async () => {
    const env = { http_proxy: 'http://none:canary%25proxy%3Apass%2Fw%C3%B6rd%2B9x@127.0.0.1:1' };
    const clock = { ...realClock, sleep: () => Promise.resolve() };
    for (const line of lines.slice(0, 12)) await tried(full(line, ['--debug']), { env, clock });
  });

  it('stay in when a certificate is not trusted, and when an address is not the saved one', async () => {
    for (const account of accounts) {
      const address = addressOf(account).replace('http:', 'https:');
      await save(account, `${account.profile}-tls`, address);
      for (const more of [[], ['--debug'], ['--json']]) {
        await tried(['profile', 'test', `${account.profile}-tls`, ...more]);
        await tried(['profile', 'test', account.profile, '--base-url', 'https://other.example.com', ...more]);
        await tried([
          'profile',
          'show',
          account.profile,
          '--base-url',
          'http://u:p@other.example.com',
          ...more,
        ]);
      }
    }
  });

  it('stay in when dashctl itself fails', async () => {
    const crashing = (said: string): Clock => ({
      ...realClock,
      now() {
        throw new TypeError(`Cannot read ${said}`, { cause: new Error(said) });
      },
    });
    const codes = new Set<string>();
    for (const account of accounts) {
      const clock = crashing(JSON.stringify(account.env));
      const [line] = lines.filter((one) => one.account === account && one.command.noun !== 'profile');
      if (line === undefined) throw new Error(`There is no line for ${account.profile}.`);
      for (const more of [[], ['--debug'], ['--json'], ['--json', '--debug']]) {
        const { stderr } = await tried(full(line, more), { stdin: line.stdin, clock });
        if (stderr.includes('Unexpected failure: Cannot read')) codes.add(account.profile);
      }
    }
    expect([...codes]).toEqual(accounts.map(({ profile }) => profile));
  });

  it.each(['throw', 'reject'])('stay in when the process fails: %s', async (way) => {
    const home = createHome();
    for (const account of whole ? accounts : accounts.slice(0, 2)) {
      for (const more of [[], ['--debug', '--json']]) {
        const words = ['profile', 'test', '--provider', account.provider, ...more];
        const address = addressOf(account).replace(/^http:\/\/[^/]*/, 'http://127.0.0.1:1');
        const { code, stdout, stderr } = await home.run([...words, '--base-url', address], {
          env: {
            ...account.env,
            DASHCTL_CRASH: way,
            NODE_OPTIONS: `--require=${resolve(import.meta.dirname, 'crash.cjs')}`,
          },
        });
        runs += 1;
        expect({ code, stderr }).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('dashctl stopped unexpectedly (TypeError).') as string,
        });
        look(`${words.join(' ')}, ${way}`, 'stdout and stderr', stdout + stderr, planted);
      }
    }
  });

  it('stay in completion and its cache', async () => {
    for (const { profile } of accounts) {
      for (const start of ['dashboards get', 'share get', 'share revoke', 'acl list', 'profile show']) {
        const words = [...start.split(' '), '--allow-http', '-p', profile, ''];
        await tried(['__complete', 'fish', '--', 'dashctl', ...words]);
      }
    }
  });

  it('are in no file but the one for credentials', { timeout: 120_000 }, () => {
    const made = [...everything.values()].filter(({ value }) => planted.every((one) => one.value !== value));
    for (const path of allFiles(cli.home)) {
      files += 1;
      const name = relative(cli.home, path);
      if (name === join('config', 'credentials.json')) continue;
      const text = readFileSync(path, 'utf8');
      look('files', name, text, planted);
      for (const { name: canary, value } of made) {
        if (text.includes(value))
          found.push({ line: 'files', where: name, canary, face: value, around: value });
      }
    }
    expect(files).toBeGreaterThan(100);
  });

  it('were found nowhere', () => {
    process.stdout.write(
      `canaries: ${everything.size} secrets, ${commands.length - Object.keys(elsewhere).length} commands, ${lines.length} lines, ${runs} runs, ${files} files, ${found.length} hits\n`,
    );
    expect(found).toEqual([]);
  });
});

/** A format without `--debug` and with it. */
function bothWays(format: string): readonly (readonly [string, readonly string[]])[] {
  return [
    [format, []],
    [format, ['--debug']],
  ];
}

/** The formats for what differs in nothing but the credentials: other accounts of a provider, dry runs. */
const briefly = ['terminal', 'pipe', 'json'];

/** Whether an account goes through every format: one for each provider does. */
function isFirst(account: Account | null): boolean {
  return account === null || account === accounts.find(({ provider }) => provider === account.provider);
}

/** Where the token of a share, the address that holds it, or the provider's own answer is what was asked for. */
function isAsked({ command, words }: Line, format: string): boolean {
  return format === 'raw' || ['share', 'invite', 'api'].includes(command.noun) || words.includes('--raw');
}

function allFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? allFiles(path) : [path];
  });
}

/** Works on all items, at most `width` at a time. */
async function inTurns<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}
