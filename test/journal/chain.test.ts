import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/journal/canonical.ts';
import { Chain, readChain } from '../../src/journal/chain.ts';
import type { JournalRecord } from '../../src/journal/records.ts';
import { tried } from '../support/laws.ts';

const run: JournalRecord = {
  type: 'run',
  format: 1,
  run: '01M80PFCE110KY2D3KR8NCJ5F4',
  at: '2026-11-22T03:58:22.657Z',
  version: '0.1.0',
  command: 'acl set',
  argv: ['acl', 'set', 'x\u2028\ud800"\\'],
  user: null,
  machine: null,
  pid: 1,
  boot: null,
};
const end: JournalRecord = { type: 'end', at: '2026-11-22T03:58:23.000Z', exit: 0, counts: { applied: 1 } };

function fileOf(records: readonly JournalRecord[]): Buffer {
  const chain = new Chain();
  return Buffer.from(records.map((record) => chain.next(record)).join(''));
}

const whole = fileOf([run, end, end]);
/** Where each line ends, its newline included. */
const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1);

/** A line with another content and the sum that belongs to it. */
function resealed(line: string): string {
  const body = `${line.slice(0, line.lastIndexOf(',"sum"'))}}`;
  return `${body.slice(0, -1)},"sum":"${sha256(body)}"}\n`;
}

describe('a file of the journal', () => {
  it('reads back as it was written', () => {
    expect(readChain(whole)).toEqual({ records: [run, end, end], torn: false, damage: null });
    expect(readChain(Buffer.alloc(0))).toEqual({ records: [], torn: false, damage: null });
  });

  it('is sound wherever its last line is cut, and keeps every whole line before it', () => {
    for (let length = 0; length <= whole.length; length += 1) {
      const read = readChain(whole.subarray(0, length));
      const complete = lineEnds.filter((lineEnd) => lineEnd <= length).length;
      expect(read.damage).toBeNull();
      expect(read.records).toHaveLength(complete);
      expect(read.torn).toBe(length > 0 && !lineEnds.includes(length));
    }
  });

  it('is damaged, at the right line, when any byte before its last line is another one', () => {
    const last = lineEnds.at(-2) ?? 0;
    fc.assert(
      fc.property(fc.nat(last - 2), fc.integer({ min: 1, max: 255 }), (index, shift) => {
        const changed = Buffer.from(whole);
        changed[index] = ((changed[index] ?? 0) + shift) % 256;
        const { damage } = readChain(changed);
        const line = lineEnds.filter((lineEnd) => lineEnd <= index).length + 1;
        expect(damage?.line).toBe(line);
      }),
      tried(1_000),
    );
  });

  it('is damaged when a line is missing, doubled or out of order', () => {
    const lines = whole.toString('utf8').split(/(?<=\n)/);
    const [first = '', second = '', third = ''] = lines;
    for (const [text, line] of [
      [first + third, 2],
      [second + third, 1],
      [first + first + second, 2],
      [first + third + second, 2],
    ] as const) {
      expect(readChain(Buffer.from(text)).damage).toEqual({
        line,
        what: 'does not follow from the line before',
      });
    }
  });

  it('is damaged when a line does not stand where it says, whatever it says of the line before', () => {
    const lines = whole.toString('utf8').split(/(?<=\n)/);
    const [first = '', second = ''] = lines;
    const follows = 'does not follow from the line before';
    const moved = resealed(second.replace('"seq":1', '"seq":2'));
    expect(readChain(Buffer.from(first + moved)).damage).toEqual({ line: 2, what: follows });
    const loose = resealed(second.replace(/"prev":"[0-9a-f]{64}"/, '"prev":null'));
    expect(readChain(Buffer.from(first + loose)).damage).toEqual({ line: 2, what: follows });
    // The records of lines whose own sum is right are still told.
    expect(readChain(Buffer.from(first + moved)).records).toEqual([run, end]);
  });

  it.each([
    ['has no sum', (line: string) => line.replace('"sum"', '"som"')],
    ['has no sum', (line: string) => line.replace('\n', 'x\n')],
    ['does not have the sum that it names', (line: string) => line.replace('acl', 'ack')],
    ['is no JSON', (line: string) => resealed(line.replace('{"seq"', '{seq'))],
  ])('says of its first bad line that it %s', (what, spoil) => {
    const lines = whole.toString('utf8').split(/(?<=\n)/);
    const [first = '', ...others] = lines;
    const spoilt = spoil(first) + others.map((line) => line.replace('applied', 'bpplied')).join('');
    expect(readChain(Buffer.from(spoilt)).damage).toEqual({ line: 1, what });
  });

  it('is torn, not damaged, when the newline of its last line got to the disk before the rest', () => {
    const lines = whole.toString('utf8').split(/(?<=\n)/);
    const [first = '', second = ''] = lines;
    const holed = `${second.slice(0, 20)}\0\0\0\n`;
    expect(readChain(Buffer.from(first + holed))).toEqual({ records: [run], torn: true, damage: null });
    // One end only can be torn.
    expect(readChain(Buffer.from(`${first}${holed}{"seq`))).toEqual({
      records: [run],
      torn: true,
      damage: { line: 2, what: 'has no sum' },
    });
    expect(readChain(Buffer.from(first + holed + second)).damage).toMatchObject({ line: 2 });
  });

  it('leaves out records of a later version without taking them for damage', () => {
    const later = { type: 'hint', text: 'x' } as unknown as JournalRecord;
    expect(readChain(fileOf([run, later, end]))).toEqual({ records: [run, end], torn: false, damage: null });
  });
});
