/** Lists of people, roles, teams and dashboards below `/api/v2`, known by name only (api/gtmhub.md §8). */
import { ok } from './answers.ts';
import type { Call, On } from './answers.ts';

export function lookupEndpoints(on: On): void {
  on('GET', '/api/v2/users', (state, call) =>
    page(
      call,
      state.users.map((user) => ({ ...user, displayName: user.name })),
    ),
  );
  on('GET', '/api/v2/roles', (state, call) => page(call, state.roles));
  on('GET', '/api/v2/teams', (state, call) => page(call, state.teams));
  on('GET', '/api/v2/dashboards', (state, call) =>
    page(
      call,
      state.items.filter((item) => item.type === 'insightBoard').map(({ id, name }) => ({ id, name })),
    ),
  );
}

function page(call: Call, rows: readonly object[]) {
  const skip = wholeNumber(call.query('skip'), 0);
  const take = wholeNumber(call.query('take'), 100);
  return ok({ items: rows.slice(skip, skip + take), totalCount: rows.length });
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : otherwise;
}
