/** Streams that keep what is written to them, and a renderer over them. */
import { PassThrough, Writable } from 'node:stream';
import type { Page, Shape } from '../../src/model/shape.ts';
import type { OutputOptions, Renderer } from '../../src/output/output.ts';
import { createRenderer } from '../../src/output/renderer.ts';
import { describeTerminal, type TerminalFlags } from '../../src/output/terminal.ts';

/** The present of all tests. */
export const now = Date.parse('2026-03-10T12:00:00Z');

export class Capture extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly chunks: Buffer[] = [];
  /** Milliseconds that each write takes. */
  delay = 0;
  /** Thrown at the next write. */
  failure: Error | null = null;

  constructor(isTTY: boolean, columns: number) {
    super({ highWaterMark: 1024 });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.failure !== null) {
      done(this.failure);
      return;
    }
    this.chunks.push(chunk);
    if (this.delay === 0) done();
    else setTimeout(done, this.delay);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }
}

export interface Scene {
  readonly renderer: Renderer;
  readonly stdout: Capture;
  readonly stderr: Capture;
}

export interface SceneOptions extends Partial<OutputOptions> {
  /** Which streams are terminals; none by default. */
  readonly stdoutTTY?: boolean;
  readonly stderrTTY?: boolean;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly flags?: Partial<TerminalFlags>;
}

export function scene(options: SceneOptions = {}): Scene {
  const columns = options.columns ?? 80;
  const stdout = new Capture(options.stdoutTTY === true, columns);
  const stderr = new Capture(options.stderrTTY === true, columns);
  const streams = { stdin: new PassThrough(), stdout, stderr };
  const terminal = describeTerminal(streams, options.env ?? { TERM: 'dumb' }, {
    color: 'auto',
    noInput: false,
    ...options.flags,
  });
  const outputOptions = {
    format: options.format ?? null,
    fields: options.fields ?? null,
    raw: options.raw ?? false,
    csvRaw: options.csvRaw ?? false,
    filter: options.filter ?? null,
  };
  const renderer = createRenderer(streams, terminal, outputOptions, () => now);
  return { renderer, stdout, stderr };
}

/** Rows as pages of at most `size`. */
export async function* pagesOf(rows: readonly object[], size = 100): AsyncGenerator<Page<object>> {
  for (let start = 0; start < rows.length; start += size) {
    const items = rows.slice(start, start + size);
    await Promise.resolve();
    yield { items, raw: Buffer.from(JSON.stringify(items)) };
  }
}

/** One field of every kind. */
export const thingShape: Shape = {
  noun: 'thing',
  plural: 'things',
  fields: [
    { key: 'ref', kind: 'id', table: 'yes', summary: 'Reference' },
    { key: 'profile', kind: 'text', table: 'several-profiles', summary: 'Profile' },
    { key: 'title', kind: 'text', table: 'yes', summary: 'Title' },
    { key: 'url', kind: 'url', table: 'no', summary: 'Address' },
    { key: 'tags', kind: 'list', table: 'yes', summary: 'Tags' },
    { key: 'owner', kind: 'principal', table: 'yes', summary: 'Owner' },
    { key: 'size', kind: 'number', table: 'no', summary: 'Size' },
    { key: 'shared', kind: 'boolean', table: 'yes', summary: 'Shared' },
    { key: 'level', kind: 'level', table: 'no', summary: 'Level' },
    { key: 'updatedAt', kind: 'time', table: 'yes', summary: 'Last change' },
    { key: 'settings', kind: 'object', table: 'no', summary: 'Settings' },
  ],
};

/** A row of {@link thingShape} with every key. */
export function thing(values: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ref: 'prod/abc-def-ghi',
    profile: 'prod',
    title: 'Checkout latency',
    url: 'https://example.com/d/abc-def-ghi',
    tags: ['team:sre', 'prod'],
    owner: { kind: 'user', id: '11', name: 'ana', email: 'ana@example.com' },
    size: 3,
    shared: true,
    level: null,
    updatedAt: '2026-03-07T11:00:00Z',
    settings: { theme: 'dark' },
    ...values,
  };
}
