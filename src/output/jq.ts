/** The jq of jq-wasm, bound to one expression. Loaded only for `--jq`. */
import createModule from 'jq-wasm/dist/build/jq.js';
import { DashctlError } from '../errors.ts';
import { nearest } from '../model/nearest.ts';
import type { FilterResult, FilterWorld, JsonFilter } from './json-filter.ts';

export type Jq = JsonFilter;

/**
 * Expressions are arguments of jq's `main` and lie on its stack of 64 KiB, where they stay after it has returned: longer
 * ones are refused, and a machine that has taken this many bytes is replaced.
 */
const mostBytes = 16_384;

/** What one run of jq left. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Machine = (program: string, input: string, flags: readonly string[]) => Ended;

/** @throws DashctlError `usage` for an expression that is too long. */
export async function openJq(expression: string, { say, block }: FilterWorld): Promise<Jq> {
  if (Buffer.byteLength(expression) > mostBytes / 2) {
    throw new DashctlError('usage', `The --jq expression is longer than ${mostBytes / 2} bytes.`);
  }
  let machine = await startMachine();
  let taken = 0;

  /** jq with this program over the JSON values of a text. */
  async function run(program: string, input: string, flags: readonly string[]): Promise<Ended> {
    taken += Buffer.byteLength(program) + 300;
    if (taken > mostBytes) {
      machine = await startMachine();
      taken = Buffer.byteLength(program);
    }
    try {
      return block(() => machine(program, input, flags));
    } catch (error) {
      // It ran out of memory or of stack, and is of no use any more.
      taken = mostBytes;
      throw new DashctlError('filter', 'The --jq expression needs more memory than there is.', {
        cause: error,
      });
    }
  }

  /** The error of a program by the words of jq; null when it compiles. Without input nothing is evaluated. */
  async function compileError(program: string): Promise<string | null> {
    const { code, stderr } = await run(program, '', []);
    return code === 0 ? null : firstError(stderr);
  }

  /** The text from the first character on that cannot follow what stands before it. */
  async function firstWrong(): Promise<string> {
    // Once a beginning is wrong in a way that no ending repairs, every longer one is: the border is found by halving.
    let good = 0;
    let bad = expression.length;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      const error = await compileError(expression.slice(0, middle));
      if (error === null || !error.startsWith('syntax error') || /unexpected end of file/.test(error))
        good = middle;
      else bad = middle;
    }
    return expression.slice(good);
  }

  return {
    async check() {
      const error = await compileError(expression);
      if (error === null) return;
      throw await explained(error);
    },

    async apply(json, indent) {
      // One run over all values that ends at the first failure, unlike jq over several inputs.
      const program = `inputs | (\n${expression}\n)`;
      const flags = indent ? ['-n', '--indent', '2'] : ['-n', '-c'];
      const { code, stdout, stderr } = await run(program, json, flags);
      if (code !== 0) throw failed(stderr);
      if (stderr !== '') say(stderr.trimEnd());
      // A result begins at the first column, and so does only the end of one that has several lines.
      return stdout.split(/\n(?![ }\]])/).flatMap((text) => (text === '' ? [] : [toResult(text)]));
    },
  };

  async function explained(error: string): Promise<DashctlError> {
    const unknown = /^(\$?[\w:]+)(?:\/(\d+))? is not defined/.exec(error);
    if (unknown !== null) {
      const [, name = '', arity] = unknown;
      const close = arity === undefined ? null : nearest(name, await builtins());
      const what = arity === undefined || arity === '0' ? name : `${name}/${arity}`;
      return new DashctlError('usage', `The --jq expression is wrong: ${what} is not defined.`, {
        ...(close !== null && { hint: `Did you mean ${close}?` }),
      });
    }
    if (!error.startsWith('syntax error')) {
      return new DashctlError('usage', `The --jq expression is wrong: ${error}.`, { hint: quoting });
    }
    const rest = /unexpected end of file/.test(error) ? '' : await firstWrong();
    const character = Array.from(expression.slice(0, expression.length - rest.length)).length + 1;
    const place =
      rest === '' ? 'at its end' : `at character ${character}, ${JSON.stringify(excerpt(rest, 20))}`;
    return new DashctlError('usage', `The --jq expression is wrong ${place}: ${error}.`, { hint: quoting });
  }

  async function builtins(): Promise<string[]> {
    const { stdout } = await run('builtins[]', 'null', ['-r']);
    return [...new Set(stdout.split('\n').map((one) => one.replace(/\/\d+$/, '')))].filter(
      (one) => one !== '',
    );
  }
}

const quoting = "Quote it for the shell with single quotes, as in --jq '.[].ref'.";

function excerpt(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The first compile error in jq's words, without what is known anyway. */
function firstError(stderr: string): string {
  const line = stderr.split('\n').find((one) => one !== '') ?? '';
  return line
    .replace(/^jq: error: /, '')
    .replace(/ at <top-level>, line \d+:$/, '')
    .replace(/ \(Unix shell quoting issues\?\)| \(try "\."\)/, '')
    .replace(/, unexpected INVALID_CHARACTER/, '')
    .replace(/unexpected end of file, expecting .*QQSTRING.*$/, 'unexpected end of file in a string');
}

/** A failure on data. What was said by `debug` before it stays in front. */
function failed(stderr: string): DashctlError {
  const said = stderr.trimEnd();
  const known = /(?:^|\n)jq: error(?: \(at [^)]*\))?(?: \(not a string\))?: (.*)$/s.exec(said);
  const why = known?.[1] ?? said;
  if (/ at (?:EOF at )?line \d+, column \d+$/.test(why)) {
    return new DashctlError('filter', `--jq got something that is no JSON: ${why}.`, {
      hint: 'See what it is without --jq.',
    });
  }
  return new DashctlError(
    'filter',
    `The --jq expression failed: ${why === '' ? 'it halted' : excerpt(why, 500)}.`,
    {
      hint: 'See the data without --jq; .x? passes over what has no x.',
    },
  );
}

function toResult(json: string): FilterResult {
  return json.startsWith('"') ? { text: String(JSON.parse(json)), bare: true } : { text: json, bare: false };
}

/** The hooks of an Emscripten module that are used here. */
interface EmscriptenModule {
  preRun?: unknown;
  callMain(args: string[]): number;
}

/**
 * Starts a machine with empty memory. Its environment and its files are made up by Emscripten: an expression reaches
 * nothing of this computer.
 */
async function startMachine(): Promise<Machine> {
  let input: Uint8Array = new Uint8Array();
  let at = 0;
  const stdout = byteCollector();
  const stderr = byteCollector();
  const options = {
    // jq-wasm would set up streams of its own that copy everything for every byte. Emscripten's standard ones are set
    // up when those are not, and this is the first hook that is called after jq-wasm named its own.
    monitorRunDependencies(this: EmscriptenModule) {
      delete this.preRun;
    },
    stdin: () => (at < input.length ? input[at++] : null),
    stdout: stdout.take,
    stderr: stderr.take,
    onAbort() {
      throw new Error('jq gave up.');
    },
  };
  const emscripten = (await createModule(options)) as EmscriptenModule;
  return (program, text, flags) => {
    input = Buffer.from(text);
    at = 0;
    const code = emscripten.callMain(['-M', ...flags, '--', program, '/dev/stdin']);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  };
}

interface ByteCollector {
  readonly take: (byte: number | null) => void;
  /** What came since the last call. */
  text(): string;
}

function byteCollector(): ByteCollector {
  let bytes = Buffer.alloc(4096);
  let length = 0;
  return {
    take(byte) {
      if (byte === null) return;
      if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(length)]);
      bytes[length++] = byte;
    },
    text() {
      const text = bytes.toString('utf8', 0, length);
      length = 0;
      return text;
    },
  };
}
