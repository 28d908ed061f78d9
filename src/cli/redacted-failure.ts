/** A failure that nobody foresaw, without the secrets that it may quote. */
import { DashctlError } from '../errors.ts';

/** Causes may form a ring. */
const mostCauses = 8;

/** The same failure with every text in it redacted; of its causes what they say and where they were thrown. */
export function redactedFailure(failure: DashctlError, redact: (text: string) => string): DashctlError {
  const { code, message, hint, stack, cause } = failure;
  const redacted = new DashctlError(code, redact(message), {
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    cause: redactedCause(cause, redact, mostCauses),
  });
  if (stack !== undefined) redacted.stack = redact(stack);
  return redacted;
}

function redactedCause(cause: unknown, redact: (text: string) => string, left: number): unknown {
  if (!(cause instanceof Error) || left === 0) return undefined;
  const redacted = new Error(redact(cause.message), {
    cause: redactedCause(cause.cause, redact, left - 1),
  });
  redacted.name = cause.name;
  redacted.stack = redact(cause.stack ?? `${cause.name}: ${cause.message}`);
  return redacted;
}
