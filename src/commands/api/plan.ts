/** A raw write as a plan: shown by a dry run, asked about when it deletes, sent once. */
import { isSensitiveName } from '../../http/redact.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import type { WritePlan } from '../../model/write-plan.ts';

/** What a raw write changes is known to who wrote it, not to dashctl. */
export function rawPlan(request: HttpRequest): WritePlan<HttpResponse | null> {
  return {
    title: `${request.method} ${request.path}`,
    resources: [],
    risk: request.method === 'DELETE' ? 'destructive' : 'plain',
    confirm: null,
    guards: [],
    notes: [],
    before: null,
    after: null,
    steps: [request],
    undo: { kind: 'impossible', why: 'What a raw request changes is not known.' },
    secrets: request.body === undefined ? [] : secretsIn(request.body),
    finish([answer]) {
      return Promise.resolve({ value: answer ?? null, raw: answer?.body ?? null, notes: [] });
    },
  };
}

/** Values of a body under names that say that they are secret. */
function secretsIn(body: string): readonly string[] {
  const found: string[] = [];
  try {
    JSON.parse(body, (name, value: unknown) => {
      if (typeof value === 'string' && value !== '' && isSensitiveName(name)) found.push(value);
      return value;
    });
  } catch {
    // It is no JSON, so that no name is known in it.
  }
  return found;
}
