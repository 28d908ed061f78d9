/** Syntho's endpoints as typed functions; writes are only built here. Every path ends with a slash (api/syntho.md §7). */
import { DashctlError } from '../../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../http/http.ts';
import { path } from '../../http/path.ts';
import type { SafePath } from '../../http/path.ts';
import type { GenericSchema, InferOutput } from 'valibot';
import { listWire, readAs, rowWire, userWire } from './wire.ts';

const rowsPath = path`/api/v1/workspace_permissions/`;
const usersPath = path`/api/v1/users/`;
const maxPages = 1_000;

export type SynthoApi = ReturnType<typeof synthoApi>;

export function synthoApi(client: HttpClient) {
  return {
    /** All rows that the caller may see: there are no filters. */
    rows: () => whole(client, rowsPath, rowWire),
    users: async () => (await whole(client, usersPath, userWire)).items,
    async row(pk: string) {
      const response = await client.send({ method: 'GET', path: rowPath(pk) });
      return { row: readAs(rowWire, response), response };
    },
  };
}

/** 400 is an answer: somebody else may have been faster. */
export function createRequest(row: {
  readonly workspace: number;
  readonly user: number;
  readonly role: string;
  readonly data_access: boolean;
}): HttpRequest {
  return { method: 'POST', path: rowsPath, body: JSON.stringify(row), accept: [400] };
}

export function updateRequest(
  pk: number,
  change: { readonly role?: string; readonly data_access?: boolean },
): HttpRequest {
  return { method: 'PATCH', path: rowPath(String(pk)), body: JSON.stringify(change) };
}

/** 404 is an answer: somebody else deleted it meanwhile. */
export function deleteRequest(pk: number): HttpRequest {
  return { method: 'DELETE', path: rowPath(String(pk)), accept: [404] };
}

export function transferRequest(body: {
  readonly workspaces: readonly number[];
  readonly new_owner: string;
  readonly role?: string;
  readonly data_access?: boolean;
}): HttpRequest {
  return { method: 'PATCH', path: path`/api/v1/workspace_permissions/transfer/`, body: JSON.stringify(body) };
}

/** `transfer` stands where a key does, so a key is digits and nothing else. */
function rowPath(pk: string): SafePath {
  return path`/api/v1/workspace_permissions/${checkKey(pk, 'row')}/`;
}

/** A key as text. @throws DashctlError `invalid-input` */
export function checkKey(text: string, what: string): string {
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))) return text;
  throw new DashctlError('invalid-input', `${JSON.stringify(text)} is no key of a ${what}.`, {
    hint: 'Keys are whole numbers, as dashctl workspace list shows them.',
  });
}

/** A list as a whole; pages are followed on this very address only. */
async function whole<Item extends GenericSchema>(
  client: HttpClient,
  at: SafePath,
  item: Item,
): Promise<{ readonly items: readonly InferOutput<Item>[]; readonly response: HttpResponse }> {
  const items: InferOutput<Item>[] = [];
  const asked = new Set<string>();
  let query: readonly (readonly [string, string])[] = [];
  for (let page = 0; page < maxPages; page += 1) {
    const response = await client.send({ method: 'GET', path: at, query });
    const read = readAs(listWire(item), response);
    if (Array.isArray(read)) return { items: read, response };
    items.push(...read.results);
    if (read.next === null) return { items, response };
    const next = new URL(read.next, client.urlOf({ path: at }));
    const here = new URL(client.urlOf({ path: at }));
    if (next.origin !== here.origin || next.pathname !== here.pathname || asked.has(next.search)) break;
    asked.add(next.search);
    query = [...next.searchParams];
  }
  throw new DashctlError(
    'bad-answer',
    "The next page of Syntho's list leads elsewhere; the list is incomplete.",
    {
      hint: 'The server may not know its own address: compare it with --base-url.',
    },
  );
}
