/**
 * What the lines of a journal file hold. A file belongs to one run: first `run`, then for every write an `intent` before it
 * is sent and a `result` afterwards, `resolution` for writes of older runs whose fate was read later, last `end`. Keys may
 * join in later versions, none leaves; a reader takes what it knows.
 */
import {
  array,
  boolean,
  custom,
  integer,
  literal,
  object,
  nullable,
  number,
  optional,
  picklist,
  pipe,
  record,
  safeParse,
  string,
  variant,
} from 'valibot';
import type { InferOutput } from 'valibot';
import type { ImageKind } from '../model/image.ts';
import type { Json } from '../model/shape.ts';

/** What was parsed from JSON is JSON. */
const json = custom<Json>(() => true);
const imageKind = custom<ImageKind>((value) => typeof value === 'string');
const count = pipe(number(), integer());
const ref = nullable(object({ kind: imageKind, id: string() }));

/**
 * A secret that belongs to an image: a keyed digest to compare by, and the secret itself encrypted, or null where it was
 * not kept.
 */
const keptSecret = object({ digest: string(), sealed: nullable(string()) });
export type KeptSecret = InferOutput<typeof keptSecret>;

const keptImage = object({
  state: json,
  fingerprint: string(),
  secrets: optional(record(string(), keptSecret), {}),
});
/** A thing at one moment, with its secrets sealed. */
export type KeptImage = InferOutput<typeof keptImage>;

const undoKind = object({
  kind: picklist(['exact', 'lossy', 'impossible']),
  why: nullable(string()),
});

const account = object({
  profile: string(),
  provider: string(),
  /** Where the account lives: its base URL, or the fixed address of a room of the sandbox. */
  address: string(),
  settings: record(string(), string()),
});
export type KeptAccount = InferOutput<typeof account>;

const change = object({
  ref,
  kind: imageKind,
  /** Null where it could not be known. */
  before: nullable(keptImage),
  expected: nullable(object({ state: json, fingerprint: string() })),
  /** What is known of the state afterwards where the server fills in the rest. */
  likeness: optional(json),
  /** Fingerprints of the states between several requests. */
  between: optional(array(string())),
});
/** One thing that an intent changes. */
export type KeptChange = InferOutput<typeof change>;

const afterwards = object({
  ref,
  kind: imageKind,
  /** Null where it could not be read; the state is left out where it is the expected one. */
  after: nullable(
    object({
      state: optional(json),
      fingerprint: string(),
      secrets: optional(record(string(), keptSecret), {}),
    }),
  ),
});
/** The same thing after the write. Creations stand at the end, with what they made. */
export type KeptAfter = InferOutput<typeof afterwards>;

const runRecord = object({
  type: literal('run'),
  format: literal(1),
  run: string(),
  at: string(),
  version: string(),
  command: string(),
  argv: array(string()),
  user: nullable(string()),
  machine: nullable(string()),
  pid: count,
  boot: nullable(string()),
});
export type RunRecord = InferOutput<typeof runRecord>;

const intentRecord = object({
  type: literal('intent'),
  op: count,
  at: string(),
  account,
  title: string(),
  resources: array(string()),
  undo: undoKind,
  /** Addresses and bodies with their secrets masked. */
  requests: array(object({ method: string(), url: string(), body: nullable(string()) })),
  changes: array(change),
  /** Operations that this one takes back. */
  undoes: optional(array(string()), []),
});
export type IntentRecord = InferOutput<typeof intentRecord>;

/**
 * How a write ended. `applied`: accepted; `partial`: some of its requests were; `refused`: the server said no; `not-sent`;
 * `unknown`: it was sent, and nobody knows: the intent stays open.
 */
export const outcomes = ['applied', 'partial', 'refused', 'not-sent', 'unknown'] as const;
export type OperationOutcome = (typeof outcomes)[number];

const resultRecord = object({
  type: literal('result'),
  op: count,
  at: string(),
  outcome: picklist(outcomes),
  /** Whether reading back showed the expected state. */
  verified: boolean(),
  status: nullable(number()),
  requestId: nullable(string()),
  error: nullable(object({ code: string(), message: string() })),
  changes: array(afterwards),
});
export type ResultRecord = InferOutput<typeof resultRecord>;

/**
 * What reading the server later showed of an intent without a result. `partial`: some of its requests were done, and
 * nobody else changed anything; `changed`: by someone else, or nobody can tell by whom.
 */
export const findings = ['applied', 'partial', 'not-applied', 'changed', 'unknown'] as const;
export type Finding = (typeof findings)[number];

const resolutionRecord = object({
  type: literal('resolution'),
  run: string(),
  op: count,
  at: string(),
  found: picklist(findings),
  changes: array(afterwards),
});
export type ResolutionRecord = InferOutput<typeof resolutionRecord>;

const endRecord = object({
  type: literal('end'),
  at: string(),
  exit: count,
  counts: record(string(), count),
});
export type EndRecord = InferOutput<typeof endRecord>;

const anyRecord = variant('type', [runRecord, intentRecord, resultRecord, resolutionRecord, endRecord]);
export type JournalRecord = InferOutput<typeof anyRecord>;

/** A parsed line as a record; null when it is none that this version knows. */
export function readRecord(value: unknown): JournalRecord | null {
  const read = safeParse(anyRecord, value);
  return read.success ? read.output : null;
}
