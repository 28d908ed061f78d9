/**
 * The error family: every failure that dashctl reports is a {@link DashctlError} with one of the stable codes of
 * {@link errorCatalogue}. The code decides the exit code, so that the table in `dashctl help exit-codes` and the
 * behaviour cannot drift apart.
 */

/** The one table of exit codes. `help exit-codes` prints it. */
export const exitCodes = {
  0: 'Done',
  1: 'Failed',
  2: 'Wrong usage',
  3: 'Not authenticated (no credentials included) or not allowed',
  4: 'Part of a bulk or multi-profile operation failed',
  5: 'Cancelled by the user',
  6: 'Not found',
  7: 'Changed by someone else meanwhile',
  8: 'Refused by a safety limit',
  10: 'Differences or findings (only where asked for)',
  130: 'Interrupted (Ctrl-C)',
  143: 'Terminated',
} as const;

export type ExitCode = keyof typeof exitCodes;

/** Stable error codes (`error.code` in JSON) with the exit code of each. Codes may be added, never renamed. */
export const errorCatalogue = {
  /** argv could not be understood: unknown command, option, field; missing or surplus argument. */
  usage: 2,
  /** A value is malformed: reference, e-mail, span, grant, file content. */
  'invalid-input': 2,
  /** `--yes` (or another named flag) is needed because nobody can be asked. */
  'confirmation-required': 2,
  /** A needed value is missing and prompting is not possible. */
  'missing-input': 2,
  /** The provider has no such noun, verb, level or option. */
  unsupported: 2,
  /** No profile, no environment credentials. */
  'no-profile': 3,
  /** The named profile does not exist. */
  'unknown-profile': 2,
  /** Credentials are incomplete: half of a key pair, profile without secret. */
  'no-credentials': 3,
  /** The operating system's keyring is missing, locked or silent, or has lost the secrets of a profile. */
  keyring: 3,
  /** The server refused the credentials, or sent a login page. */
  'not-authenticated': 3,
  /** The credentials are good, the right is missing. */
  'not-allowed': 3,
  /** Some items or profiles failed, others succeeded. */
  partial: 4,
  /** The user said no, or pressed Ctrl-C in a prompt. */
  cancelled: 5,
  /** The server has no such object. */
  'not-found': 6,
  /** A name matches nobody: user, team, role. */
  'unknown-principal': 6,
  /** A name matches several. */
  ambiguous: 2,
  /** Someone else changed it since it was read (409, 412, read-back differs). */
  conflict: 7,
  /** A safety limit: emptying an ACL, own lock-out, severe action without its confirmation. */
  refused: 8,
  /** A credential would go to a host that it does not belong to, or over plain http. */
  'unsafe-address': 8,
  /** DNS, refused, reset. */
  network: 1,
  /** A deadline passed. */
  timeout: 1,
  /** Certificate or host name wrong. */
  tls: 1,
  /** The server asks for a longer wait than `--max-wait`. */
  'rate-limited': 1,
  /** A redirect that must not be followed. */
  redirect: 1,
  /** The answer is not what the API promises: HTML, truncated JSON, wrong shape. */
  'bad-answer': 1,
  /** The answer exceeds the limits on size, depth or ratio. */
  'answer-too-large': 1,
  /** The server rejected the request (other 4xx). */
  rejected: 1,
  /** The server failed (5xx). */
  'server-error': 1,
  /** Plan or subscription does not include this (402). */
  'payment-required': 1,
  /** A write was sent and its fate is unknown. */
  'fate-unknown': 1,
  /** A `--jq` expression failed on the data. */
  filter: 1,
  /** Another dashctl is at work on the same thing. */
  locked: 1,
  /** Files: cannot read, cannot write, disk full, damaged settings. */
  file: 1,
  /** A defect of dashctl itself. */
  internal: 1,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof errorCatalogue;

/** What may be known about a failure beyond its sentence. */
export interface ErrorDetails {
  /** What to do, one sentence or command; printed last. */
  hint?: string;
  /** Provider name, such as `datadog`. */
  provider?: string;
  /** Profile name. */
  profile?: string;
  /** HTTP status. */
  status?: number;
  /** The request id that the server sent, for its support. */
  requestId?: string;
  /** Machine-readable extras: candidates, valid names, items. Never a secret. */
  details?: unknown;
  cause?: unknown;
}

/** A failure with a stable code. `message` names what failed and why; `hint` says what to do. */
export class DashctlError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly provider: string | undefined;
  readonly profile: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'DashctlError';
    this.code = code;
    this.hint = more.hint;
    this.provider = more.provider;
    this.profile = more.profile;
    this.status = more.status;
    this.requestId = more.requestId;
    this.details = more.details;
  }

  /** The exit code that belongs to this failure. */
  get exitCode(): ExitCode {
    return errorCatalogue[this.code];
  }

  /** The same failure with what an outer layer knows (profile, provider, hint); values already there win. */
  with(more: Omit<ErrorDetails, 'cause'>): DashctlError {
    return this.#copy({ ...more, ...this.#known() });
  }

  /** The same failure with its hint changed; without a hint it stays as it is. */
  withHint(change: (hint: string) => string): DashctlError {
    return this.hint === undefined ? this : this.#copy({ ...this.#known(), hint: change(this.hint) });
  }

  #known(): ErrorDetails {
    const own: ErrorDetails = { cause: this.cause };
    if (this.hint !== undefined) own.hint = this.hint;
    if (this.provider !== undefined) own.provider = this.provider;
    if (this.profile !== undefined) own.profile = this.profile;
    if (this.status !== undefined) own.status = this.status;
    if (this.requestId !== undefined) own.requestId = this.requestId;
    if (this.details !== undefined) own.details = this.details;
    return own;
  }

  #copy(details: ErrorDetails): DashctlError {
    const copy = new DashctlError(this.code, this.message, details);
    if (this.stack !== undefined) copy.stack = this.stack;
    return copy;
  }
}

/** The one JSON shape of an error, the same for every command (design: "The shapes"). */
export interface ErrorJson {
  error: {
    code: ErrorCode;
    message: string;
    hint: string | null;
    provider: string | null;
    profile: string | null;
    status: number | null;
    requestId: string | null;
    details: unknown;
  };
}

/** Turns any thrown value into the JSON shape; unknown throwables become `internal`. */
export function toErrorJson(error: unknown): ErrorJson {
  const known = asDashctlError(error);
  return {
    error: {
      code: known.code,
      message: known.message,
      hint: known.hint ?? null,
      provider: known.provider ?? null,
      profile: known.profile ?? null,
      status: known.status ?? null,
      requestId: known.requestId ?? null,
      details: known.details ?? null,
    },
  };
}

/** Any thrown value as a {@link DashctlError}; a foreign one becomes `internal` and keeps its cause. */
export function asDashctlError(error: unknown): DashctlError {
  if (error instanceof DashctlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DashctlError('internal', `Unexpected failure: ${message}`, {
    cause: error,
    hint: 'This is a defect of dashctl. Run the command again with --debug and report what it prints.',
  });
}
