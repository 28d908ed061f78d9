/** The renderer: the only place that writes results. Heavy formats and colour are loaded when they are used. */
import type { ChalkInstance } from 'chalk';
import { asDashctlError, toErrorJson } from '../errors.ts';
import type { Field, Json, Page, Shape } from '../model/shape.ts';
import {
  escapeCsv,
  escapeJson,
  escapeLine,
  escapeText,
  escapeTsv,
  guardFormula,
  guardLines,
} from './escape.ts';
import { keepHeapFlat } from './flat-heap.ts';
import { withoutStopBehindCommand, wrapSentences } from './fill.ts';
import type { ChangePreview, Format, ListOptions, OutputOptions, Renderer } from './output.ts';
import type { JsonFilter } from './json-filter.ts';
import { directSink, pagedSink } from './pager.ts';
import { createProgress } from './progress.ts';
import { createSink } from './sink.ts';
import type { StreamFacts, Streams, TerminalFacts } from './terminal.ts';
import { asJson, defaultFields, pick, plainText, selectFields, type Row } from './value.ts';

/** Characters that are gathered before the stream gets them. */
const chunkSize = 65_536;

/** A question stays in sight below this many changes. */
const changesBeforeQuestion = 40;

/** Creates the renderer of one run. It listens to `error` on stdout and stderr. `now` gives milliseconds since the epoch. */
export function createRenderer(
  streams: Streams,
  terminal: TerminalFacts,
  options: OutputOptions,
  now: () => number = Date.now,
): Renderer {
  const format: Format = options.format ?? (terminal.stdout.isTTY ? 'table' : 'tsv');
  const machine = format === 'json' || format === 'ndjson';
  const { isTTY } = terminal.stdout;
  /** Cells that sentences on stderr may take; whatever reads a pipe breaks lines by itself. */
  const room = terminal.stderr.isTTY ? terminal.stderr.columns : Infinity;
  const screen = createSink(streams.stdout, 'standard output');
  const out =
    terminal.pager === null
      ? directSink(screen)
      : pagedSink(screen, terminal.stdout, terminal.pager, (line) => {
          held.push(guardLines(wrapSentences(escapeText(line), room)));
        });
  const err = createSink(streams.stderr, 'standard error');
  const progress = createProgress(streams.stderr, terminal, () => out.paging);
  /** Lines for people, ready to be written, that wait until results have left the terminal. */
  let held: string[] = [];
  /** Warnings that wait, so that stderr holds either them or one JSON error. */
  let waiting: string[] = [];

  async function print(chunk: string | Uint8Array): Promise<void> {
    progress.clear();
    await out.write(chunk);
  }

  /** Prints in pieces that a slow reader can take one by one. */
  async function printAll(pieces: Iterable<string>): Promise<void> {
    let chunk = '';
    for (const piece of pieces) {
      chunk += piece;
      if (chunk.length < chunkSize) continue;
      await print(chunk);
      chunk = '';
      if (out.closed) return;
    }
    await print(chunk);
  }

  function tell(text: string, columns = room): void {
    const lines = guardLines(wrapSentences(withoutStopBehindCommand(escapeText(text)), columns));
    if (out.busy) held.push(lines);
    else say(lines);
  }

  function say(lines: string): void {
    progress.clear();
    // Nobody is left to hear of a stderr that fails.
    err.write(`${lines}\n`).catch(() => undefined);
  }

  /** Results are out of the way, and the person has left the pager. */
  async function settle(): Promise<void> {
    await out.settle();
    const lines = held;
    held = [];
    for (const line of lines) say(line);
  }

  function json(value: unknown, indent: boolean): string {
    const text = JSON.stringify(value, null, indent ? 2 : undefined);
    return isTTY ? escapeJson(text) : text;
  }

  /** tsv or csv, without the line's end. */
  function delimited(fields: readonly Field[], row: Row): string {
    if (format === 'tsv') {
      return fields
        .map(({ key, kind }) => escapeTsv(plainText(row[key], kind)))
        .map((cell) => (isTTY ? escapeLine(cell) : cell))
        .join('\t');
    }
    return csvLine(fields.map(({ key, kind }) => csvCell(row[key], kind)));
  }

  function csvCell(value: unknown, kind: Field['kind']): string {
    const text = plainText(value, kind);
    return options.csvRaw || typeof value === 'number' ? text : guardFormula(text);
  }

  function csvLine(cells: readonly string[]): string {
    // A lone `\r` would bring a terminal's cursor back; there the quoted newlines stay, everything else is escaped.
    const line = cells.map((cell) => escapeCsv(isTTY ? escapeText(cell) : cell)).join(',');
    return isTTY ? line : `${line}\r`;
  }

  function fieldsOf(shape: Shape, severalProfiles: boolean): readonly Field[] {
    const chosen = selectFields(shape, options.fields);
    if (chosen !== null) return chosen;
    const whole = machine || format === 'yaml' || options.filter !== null;
    return whole ? shape.fields : defaultFields(shape, severalProfiles, format === 'table');
  }

  /** Formats of lines flow; the others need the whole to be valid or aligned. */
  function flows(): boolean {
    return format === 'ndjson' || format === 'csv' || format === 'tsv';
  }

  function flowingLine(fields: readonly Field[], row: object): string {
    return format === 'ndjson' ? `${json(pick(row, fields), false)}\n` : `${delimited(fields, row as Row)}\n`;
  }

  async function printHeader(fields: readonly Field[]): Promise<void> {
    if (format === 'csv') await print(`${csvLine(fields.map(({ key }) => key))}\n`);
  }

  async function printRows(fields: readonly Field[], rows: readonly object[]): Promise<void> {
    if (options.filter !== null) {
      const picked = rows.map((row) => pick(row, fields));
      await printFiltered(options.filter, flows() ? jsonLines(picked) : JSON.stringify(picked));
    } else if (flows()) {
      await printAll(lazily(rows, (row) => flowingLine(fields, row)));
    } else if (format === 'json') {
      await printAll(jsonArray(rows, (row) => json(pick(row, fields), isTTY)));
    } else if (format === 'yaml') {
      const { yamlText } = await import('./yaml.ts');
      await print(yamlText(rows.map((row) => pick(row, fields))));
    } else if (rows.length > 0) {
      await printTable(fields, rows);
    }
  }

  /** `[]`, indented rows on a terminal, one row per line elsewhere. */
  function* jsonArray(rows: readonly object[], text: (row: object) => string): Iterable<string> {
    if (rows.length === 0) yield '[]\n';
    for (const [index, row] of rows.entries()) {
      const line = text(row);
      yield `${index === 0 ? '[' : ','}\n${isTTY ? `  ${line.replaceAll('\n', '\n  ')}` : line}`;
    }
    if (rows.length > 0) yield '\n]\n';
  }

  async function printTable(fields: readonly Field[], rows: readonly object[]): Promise<void> {
    const { headerOf, tableText } = await import('./table.ts');
    const layout = { columns: terminal.stdout.columns, now: now() };
    const { lines, hidden } = await tableText(fields, rows, layout, options.fields !== null);
    const chalk = await chalkOf(terminal.stdout);
    if (chalk !== null) lines[0] = chalk.bold(lines[0] ?? '');
    await printAll(lazily(lines, (line) => `${line}\n`));
    if (hidden.length > 0 && terminal.stderr.isTTY) {
      tell(`No room for ${hidden.map(({ key }) => headerOf(key)).join(', ')}: --fields picks columns.`);
    }
  }

  /** All results are there before the first is printed: a filter that fails halfway must not leave half an answer. */
  async function printFiltered(filter: JsonFilter, json: string): Promise<void> {
    const results = await filter.apply(json, isTTY);
    await printAll(
      lazily(results, ({ text, bare }) => {
        const shown = isTTY ? (bare ? escapeText(text) : escapeJson(text)) : text;
        return `${shown}\n`;
      }),
    );
  }

  async function printRaw(raw: Uint8Array): Promise<void> {
    if (options.filter !== null) await printFiltered(options.filter, Buffer.from(raw).toString('utf8'));
    else if (isTTY) await print(withNewline(escapeText(Buffer.from(raw).toString('utf8'))));
    else await print(raw);
  }

  function shownBytes(bytes: Uint8Array): string | Uint8Array {
    return isTTY ? escapeText(Buffer.from(bytes).toString('utf8')) : bytes;
  }

  /** A sentence for people, where one may be looking: never in the way of a program. */
  function sayEmpty(sentence: string): void {
    const lines = format === 'csv' || format === 'tsv';
    if (format === 'table' || (lines && terminal.stderr.isTTY)) tell(sentence);
  }

  /** The footer of a table that somebody has read to its end. */
  function sayCount(shape: Shape, rows: number, { footer }: ListOptions): void {
    const watched = format === 'table' && options.filter === null && isTTY && terminal.stderr.isTTY;
    if (!watched || out.closed || footer === null) return;
    tell(footer?.(rows) ?? `${rows} ${rows === 1 ? shape.noun : shape.plural}.`);
  }

  const renderer: Renderer = {
    format,
    terminal,
    progress,
    get closed() {
      return out.closed;
    },

    async list(shape, pages, listOptions) {
      const fields = fieldsOf(shape, listOptions.severalProfiles === true);
      if (options.raw) return printRawPages(pages);
      const kept: object[] = [];
      let count = 0;
      if (!flows()) {
        for await (const { items } of whileRead(pages)) {
          count += items.length;
          for (const item of items) kept.push(item);
        }
        progress.stop();
        await printRows(fields, kept);
      } else {
        await printHeader(fields);
        for await (const { items } of whileRead(pages)) {
          count += items.length;
          await printRows(fields, items);
        }
        progress.stop();
      }
      await settle();
      if (count === 0) sayEmpty(listOptions.empty);
      else sayCount(shape, count, listOptions);
      return count;
    },

    async record(shape, { value, raw }) {
      progress.stop();
      const fields = fieldsOf(shape, false);
      if (options.raw) {
        await printRaw(raw);
      } else if (flows()) {
        await printHeader(fields);
        await printRows(fields, [value]);
      } else if (format === 'table' && options.filter === null) {
        const { detailLines } = await import('./table.ts');
        const shown = options.fields === null ? shape.fields : fields;
        await print(
          detailLines(shown, value, { columns: terminal.stdout.columns, now: now() })
            .map((line) => `${line}\n`)
            .join(''),
        );
      } else {
        await renderer.value(pick(value, fields) as Json);
      }
      await settle();
    },

    async records(shape, items, listOptions: Partial<ListOptions> = {}) {
      progress.stop();
      const fields = fieldsOf(shape, listOptions.severalProfiles === true);
      await printHeader(fields);
      await printRows(fields, items);
      await settle();
      if (items.length === 0 && listOptions.empty !== undefined) sayEmpty(listOptions.empty);
    },

    checkFields(shape) {
      selectFields(shape, options.fields);
    },

    async checkFilter() {
      await options.filter?.check();
    },

    async text(text) {
      if (options.filter !== null) {
        await printFiltered(options.filter, JSON.stringify(text));
        await settle();
        return;
      }
      // Help and scripts are no results: they are not paged.
      progress.clear();
      await screen.write(withNewline(isTTY ? escapeText(text) : text));
    },

    async bytes(bytes) {
      if (options.filter !== null) await printFiltered(options.filter, Buffer.from(bytes).toString('utf8'));
      else await print(shownBytes(bytes));
      await settle();
    },

    async verbatim(bytes) {
      await print(shownBytes(bytes));
    },

    async value(value) {
      progress.stop();
      if (options.filter !== null) {
        await printFiltered(options.filter, JSON.stringify(value));
      } else if (format === 'yaml') {
        const { yamlText } = await import('./yaml.ts');
        await print(yamlText(value));
      } else if (machine) {
        await print(`${json(value, isTTY && format === 'json')}\n`);
      } else {
        const { valueLines } = await import('./table.ts');
        await print(
          valueLines(value)
            .map((line) => `${line}\n`)
            .join(''),
        );
      }
      await settle();
    },

    note(text) {
      if (!machine || terminal.stderr.isTTY) tell(text);
    },

    warn(text) {
      if (!machine || terminal.stderr.isTTY) tell(`Warning: ${text}`);
      else waiting.push(text);
    },

    debug(line) {
      tell(line, Infinity);
    },

    async error(thrown, { json: asked = machine, debug = false } = {}) {
      const error = asDashctlError(thrown);
      progress.stop();
      await settle();
      if (asked) {
        const warnings = waiting.length === 0 ? {} : { warnings: waiting };
        waiting = [];
        if (debug && error.stack !== undefined) renderer.debug(error.stack);
        await err
          .write(`${escapeJson(JSON.stringify({ ...toErrorJson(error), ...warnings }))}\n`)
          .catch(() => undefined);
        return;
      }
      const { failureText } = await import('./failure.ts');
      const chalk = await chalkOf(terminal.stderr);
      const label = 'Error:';
      const text = guardLines(
        wrapSentences(`${label} ${failureText(error, debug)}`, debug ? Infinity : room),
      );
      const shown = chalk === null ? text : chalk.red.bold(label) + text.slice(label.length);
      await err.write(`${shown}\n`).catch(() => undefined);
    },

    async change(preview) {
      await settle();
      const lines = await preparePreview(preview, terminal.stderr, changesBeforeQuestion);
      progress.stop();
      await err.write(`${guardLines(lines.join('\n'))}\n`);
    },

    async dryRun(preview) {
      progress.stop();
      const { title, before, after, undo = null, requests } = preview;
      if (machine || format === 'yaml' || options.filter !== null) {
        await renderer.value({
          dryRun: true,
          title,
          before,
          after,
          undo: asJson(undo),
          requests: asJson(requests),
        });
      } else {
        const lines = await preparePreview(preview, terminal.stdout);
        await print(['Dry run: nothing was sent.', ...lines].map((line) => `${line}\n`).join(''));
        await settle();
      }
    },

    interrupted(signal) {
      const paging = out.paging;
      if (signal === 'SIGTERM') out.end();
      return paging && signal === 'SIGINT';
    },

    async finish() {
      progress.stop();
      await settle();
      for (const text of waiting) tell(`Warning: ${text}`);
      waiting = [];
      // Resolves after everything written before it; an empty chunk is the fence.
      await Promise.all([drained(streams.stdout), drained(streams.stderr)]);
    },
  };
  return renderer;

  async function printRawPages(pages: AsyncIterable<Page<object>>): Promise<number> {
    let count = 0;
    let open = false;
    for await (const { items, raw } of whileRead(pages)) {
      if (open) await print('\n');
      await printRaw(raw);
      open = !isTTY && options.filter === null && raw.length > 0 && raw.at(-1) !== 0x0a;
      count += items.length;
    }
    await settle();
    return count;
  }

  /** The pages until the last one, or until nobody reads on: whoever leaves the pager does not wait for a server. */
  async function* whileRead(pages: AsyncIterable<Page<object>>): AsyncIterable<Page<object>> {
    const iterator = pages[Symbol.asyncIterator]();
    // One reaction for all pages: racing each of them with `left` would keep every page that was ever read.
    let stopWaiting: () => void = () => undefined;
    void out.left.then(() => {
      stopWaiting();
    });
    let next: IteratorResult<Page<object>> | null = null;
    const letHeapGrow = flows() || options.raw ? keepHeapFlat() : null;
    try {
      while (!out.closed) {
        const asked = iterator.next();
        next = await new Promise<IteratorResult<Page<object>> | null>((resolve, reject) => {
          stopWaiting = () => {
            resolve(null);
          };
          // Its failure has no reader any more once the pager was left.
          asked.then(resolve, reject);
        });
        if (next === null || next.done === true) return;
        yield next.value;
      }
    } finally {
      letHeapGrow?.();
      const returned = iterator.return?.();
      if (next === null) returned?.catch(() => undefined);
      else await returned;
    }
  }

  async function preparePreview(
    preview: ChangePreview,
    facts: StreamFacts,
    changes = Infinity,
  ): Promise<string[]> {
    const { previewLines } = await import('./diff.ts');
    const chalk = await chalkOf(facts);
    return previewLines(
      preview,
      (line, mark) => (chalk === null ? line : mark === '-' ? chalk.red(line) : chalk.green(line)),
      { columns: facts.isTTY ? facts.columns : Infinity, changes },
    );
  }
}

/** Colours of one stream; null when it has none, so that the library is not even loaded. */
async function chalkOf({ colour }: StreamFacts): Promise<ChalkInstance | null> {
  if (colour === 0) return null;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: colour });
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function drained(stream: Streams['stdout']): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join('\n');
}

function* lazily<T>(items: Iterable<T>, text: (item: T) => string): Iterable<string> {
  for (const item of items) yield text(item);
}
