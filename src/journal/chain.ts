/**
 * Lines that hold each other: each carries its number, the SHA-256 of the line before and a sum of itself, so that a torn
 * end, a missing line and a changed one are seen. It shows order and completeness; it is no signature against whoever can
 * write the file.
 */
import { sha256 } from './canonical.ts';
import { readRecord } from './records.ts';
import type { JournalRecord } from './records.ts';

/** What is wrong with a file: the number of the first bad line (from 1) and a sentence. */
export interface Damage {
  readonly line: number;
  readonly what: string;
}

export interface ChainReading {
  /** Records of the lines whose sum is right, in order. */
  readonly records: readonly JournalRecord[];
  /** The last line was cut off while it was written; it is left out. */
  readonly torn: boolean;
  /** Null when every whole line follows from the one before. */
  readonly damage: Damage | null;
}

/** Makes the lines of one file, in order. */
export class Chain {
  #seq = 0;
  #prev: string | null = null;

  /** The next line, with its newline. */
  next(record: JournalRecord): string {
    const body = JSON.stringify({ seq: this.#seq, prev: this.#prev, ...record });
    const line = `${body.slice(0, -1)},"sum":"${sha256(body)}"}`;
    this.#seq += 1;
    this.#prev = sha256(line);
    return `${line}\n`;
  }
}

/** Reads a whole file. Never throws: what cannot be read is damage. */
export function readChain(bytes: Uint8Array): ChainReading {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const last = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  let torn = last !== '';
  let damage: Damage | null = null;
  let prev: string | null = null;
  for (const [index, line] of lines.entries()) {
    const found = readLine(line);
    if (typeof found === 'string') {
      // The end of a write that never finished may hold the newline and lack what stands before it.
      if (index === lines.length - 1 && !torn) torn = true;
      else damage ??= { line: index + 1, what: found };
    } else {
      if (found.seq !== index || found.prev !== prev) {
        damage ??= { line: index + 1, what: 'does not follow from the line before' };
      }
      if (found.record !== null) records.push(found.record);
    }
    prev = sha256(line);
  }
  return { records, torn, damage };
}

interface Line {
  readonly seq: unknown;
  readonly prev: unknown;
  /** Null for a kind of record that a later version writes. */
  readonly record: JournalRecord | null;
}

/** The line, or what is wrong with it. */
function readLine(line: string): Line | string {
  const match = /^(.*),"sum":"([0-9a-f]{64})"\}$/s.exec(line);
  if (match === null) return 'has no sum';
  if (sha256(`${match[1] ?? ''}}`) !== match[2]) return 'does not have the sum that it names';
  try {
    // What ends as the pattern says is an object or nothing.
    const value = JSON.parse(line) as Record<string, unknown>;
    return { seq: value['seq'], prev: value['prev'], record: readRecord(value) };
  } catch {
    return 'is no JSON';
  }
}
