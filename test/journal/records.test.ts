/** A line is a record only when it is whole: what undo does next rests on it. */
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/journal/records.ts';
import { intent, result } from './support.ts';
import type { JournalRecord } from '../../src/journal/records.ts';

const secrets = { token: { digest: 'd', sealed: 's' } };
const at = '2026-11-22T03:58:22.657Z';
const ref = { kind: 'acl', id: 'abc' } as const;

const records: readonly JournalRecord[] = [
  {
    type: 'run',
    format: 1,
    run: 'R',
    at,
    version: '0.1.0',
    command: 'acl set',
    argv: ['acl'],
    user: 'ana',
    machine: 'desk',
    pid: 1,
    boot: 'b',
  },
  {
    type: 'intent',
    op: 1,
    at,
    ...intent({
      undo: { kind: 'lossy', why: 'a new id' },
      requests: [{ method: 'PUT', url: 'u', body: '{}' }],
      changes: [
        {
          ref,
          kind: 'acl',
          before: { state: [1], fingerprint: 'f', secrets },
          expected: { state: { a: 1 }, fingerprint: 'g' },
          likeness: 'like',
          between: ['h'],
        },
      ],
      undoes: ['R.1'],
    }),
  },
  {
    type: 'result',
    op: 1,
    at,
    ...result('applied', {
      requestId: 'q',
      error: { code: 'network', message: 'm' },
      changes: [{ ref, kind: 'acl', after: { state: 'x', fingerprint: 'f', secrets } }],
    }),
  },
  {
    type: 'resolution',
    run: 'R',
    op: 1,
    at,
    found: 'changed',
    changes: [{ ref, kind: 'acl', after: { state: 1, fingerprint: 'f', secrets } }],
  },
  { type: 'end', at, exit: 0, counts: { applied: 1 } },
];

type Path = readonly (string | number)[];

/** Every place in a value where something else could stand. */
function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const within = Object.entries(value).flatMap(([key, one]) =>
    placesIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? within : [path, ...within];
}

/** A copy with what stands at a place put through `edit`. */
function edited(
  record: unknown,
  path: Path,
  edit: (holder: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(record);
  let holder = copy as Record<string, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string, unknown>;
  edit(holder, String(path.at(-1)));
  return copy;
}

/** Images hold any JSON; what stands in them is not looked at. */
const isWithinState = (path: Path): boolean => path.slice(0, -1).includes('state');

describe.each(records.map((record) => [record.type, record] as const))('%s', (type, record) => {
  const places = placesIn(record).filter((path) => !isWithinState(path));

  it('reads back as it was', () => {
    expect(readRecord(record)).toEqual(record);
    expect(readRecord({ ...record, later: 'unknown' })).toEqual(record);
  });

  it('may lack only what earlier versions did not write', () => {
    const optional = places
      .filter((path) => typeof path.at(-1) === 'string')
      .filter((path) => {
        const without = edited(record, path, (holder, key) => Reflect.deleteProperty(holder, key));
        return readRecord(without) !== null;
      });
    const expected: Record<JournalRecord['type'], readonly string[]> = {
      run: [],
      intent: [
        'changes.0.before.secrets',
        'changes.0.before.secrets.token',
        'changes.0.likeness',
        'changes.0.between',
        'undoes',
      ],
      result: ['changes.0.after.state', 'changes.0.after.secrets', 'changes.0.after.secrets.token'],
      resolution: ['changes.0.after.state', 'changes.0.after.secrets', 'changes.0.after.secrets.token'],
      end: ['counts.applied'],
    };
    expect(optional.map((path) => path.join('.'))).toEqual(expected[type]);
  });

  it('holds no null where something must stand', () => {
    const nullable = places.filter((path) => {
      const withNull = edited(record, path, (holder, key) => (holder[key] = null));
      return readRecord(withNull) !== null;
    });
    const expected: Record<JournalRecord['type'], readonly string[]> = {
      run: ['user', 'machine', 'boot'],
      intent: [
        'undo.why',
        'requests.0.body',
        'changes.0.ref',
        'changes.0.before',
        'changes.0.before.state',
        'changes.0.before.secrets.token.sealed',
        'changes.0.expected',
        'changes.0.expected.state',
        'changes.0.likeness',
      ],
      result: [
        'status',
        'requestId',
        'error',
        'changes.0.ref',
        'changes.0.after',
        'changes.0.after.state',
        'changes.0.after.secrets.token.sealed',
      ],
      resolution: [
        'changes.0.ref',
        'changes.0.after',
        'changes.0.after.state',
        'changes.0.after.secrets.token.sealed',
      ],
      end: [],
    };
    expect(nullable.map((path) => path.join('.')).toSorted()).toEqual(expected[type].toSorted());
  });

  it('holds nothing of another type, no half number and no word that is not known', () => {
    const wrong = places.filter((path) => {
      if (['state', 'likeness'].includes(String(path.at(-1)))) return false;
      const others: unknown[] = [true, 1.5, ['x'], 'no such word'].filter(
        (other) => typeof other !== typeof valueAt(record, path),
      );
      if (isWord(path)) others.push('no such word');
      if (isCount(path)) others.push(1.5);
      return others.some(
        (other) => readRecord(edited(record, path, (holder, key) => (holder[key] = other))) !== null,
      );
    });
    expect(wrong.map((path) => path.join('.'))).toEqual([]);
  });
});

function isWord(path: Path): boolean {
  return ['type', 'outcome', 'found'].includes(String(path.at(-1))) || path.join('.') === 'undo.kind';
}

function isCount(path: Path): boolean {
  return ['op', 'pid', 'exit'].includes(String(path.at(-1))) || path[0] === 'counts';
}

function valueAt(record: unknown, path: Path): unknown {
  return path.reduce((here, step) => (here as Record<string, unknown>)[step], record);
}

it('gives what earlier versions did not write', () => {
  const { undoes, ...without } = intent();
  expect(undoes).toEqual([]);
  const older = {
    type: 'intent',
    op: 1,
    at,
    ...without,
    changes: [{ ref: null, kind: 'acl', before: { state: null, fingerprint: 'f' }, expected: null }],
  };
  expect(readRecord(older)).toMatchObject({ undoes: [], changes: [{ before: { secrets: {} } }] });
  const olderResult = {
    type: 'result',
    op: 1,
    at,
    ...result('unknown'),
    changes: [{ ref: null, kind: 'acl', after: { fingerprint: 'f' } }],
  };
  expect(readRecord(olderResult)).toMatchObject({ changes: [{ after: { secrets: {} } }] });
});

it.each(['exact', 'lossy', 'impossible'] as const)('keeps an undo that is %s', (kind) => {
  const record = { type: 'intent', op: 1, at, ...intent({ undo: { kind, why: null } }) };
  expect(readRecord(record)).toEqual(record);
});

it.each([null, 1, 'run', [], {}, { type: 'run' }, { type: 'later' }, { ...records[0], format: 2 }])(
  '%j is none',
  (value) => {
    expect(readRecord(value)).toBeNull();
  },
);
