/** What switches must look like; loaded only where some are given as JSON. */
import {
  array,
  boolean,
  exactOptional,
  getDotPath,
  integer,
  literal,
  maxValue,
  minValue,
  number,
  pipe,
  record,
  safeParse,
  strictObject,
  string,
  variant,
} from 'valibot';
import { DashctlError } from '../errors.ts';
import type { Switches } from './switches.ts';

/**
 * Switches out of foreign JSON.
 * @throws DashctlError `invalid-input` naming the field.
 */
export function readSwitches(value: unknown): Switches {
  const count = pipe(number(), integer(), minValue(1));
  const span = pipe(number(), minValue(0), maxValue(3_600_000));
  const status = pipe(number(), integer(), minValue(200), maxValue(599));
  const commit = exactOptional(boolean());
  const schema = strictObject({
    latency: exactOptional(strictObject({ ms: span, jitter: exactOptional(span) })),
    rateLimit: exactOptional(strictObject({ requests: count, seconds: count })),
    faults: exactOptional(
      array(
        strictObject({
          room: exactOptional(string()),
          method: exactOptional(string()),
          path: exactOptional(string()),
          nth: exactOptional(count),
          first: exactOptional(count),
          every: exactOptional(count),
          action: variant('do', [
            strictObject({
              do: literal('status'),
              status,
              body: exactOptional(string()),
              headers: exactOptional(record(string(), string())),
              commit,
            }),
            strictObject({ do: literal('html'), status: exactOptional(status), commit }),
            strictObject({ do: literal('reset'), commit }),
            strictObject({ do: literal('hang'), commit }),
            strictObject({ do: literal('cut') }),
            strictObject({ do: literal('truncate') }),
            strictObject({ do: literal('stale') }),
          ]),
        }),
      ),
    ),
  });
  const result = safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = getDotPath(issue) ?? 'the body';
  throw new DashctlError('invalid-input', `Switches are malformed at ${where}: ${issue.message}`, {
    hint: 'docs/sandbox.md lists the switches.',
  });
}
