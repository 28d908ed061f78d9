/** Users and workspace permissions (api/syntho.md §3, §4, §9). Whom a row shows and hides is assumed. */
import { detail, ok, Refusal } from './answers.ts';
import type { Answer, Call, On } from './answers.ts';
import { roleIn, roles } from './state.ts';
import type { JsonObject, Role, Row, SynthoState, User } from './state.ts';

const pageSize = 5;

export function permissionEndpoints(on: On): void {
  on('GET', '/api/v1/users/', (state, call) => {
    call.admit();
    return list(
      state,
      call,
      state.users.map(({ pk, first_name, last_name, full_name, email }) => ({
        pk,
        first_name,
        last_name,
        full_name,
        email,
      })),
    );
  });
  on('GET', '/api/v1/workspace_permissions/', (state, call) => list(state, call, visible(state, call.user)));
  on('POST', '/api/v1/workspace_permissions/', create);
  // The word first: it stands where an id would.
  on('PATCH', '/api/v1/workspace_permissions/transfer/', transfer);
  on('GET', '/api/v1/workspace_permissions/:pk/', (state, call) => ok(rowOf(state, call)));
  on('PATCH', '/api/v1/workspace_permissions/:pk/', change);
  on('DELETE', '/api/v1/workspace_permissions/:pk/', (state, call) => {
    const row = rowOf(state, call);
    mayManage(state, call.user, row.workspace);
    state.rows = state.rows.filter((one) => one.pk !== row.pk);
    return { status: 204 };
  });
}

function create(state: SynthoState, call: Call): Answer {
  const { user } = call;
  const body = call.object();
  const problems: Record<string, string[]> = {};
  const workspace = key(body, 'workspace', state.workspaces, problems);
  const person = key(body, 'user', state.users, problems);
  const role = roleFrom(body, problems) ?? required(body, 'role', problems);
  const dataAccess = flag(body, problems);
  refuse(problems);
  mayManage(state, user, workspace ?? 0);
  if (state.rows.some((row) => row.workspace === workspace && row.user === person)) {
    throw new Refusal(400, { non_field_errors: ['The fields workspace, user must make a unique set.'] });
  }
  const row: Row = {
    pk: state.nextPk,
    workspace: workspace ?? 0,
    user: person ?? 0,
    role: role ?? 'READER',
    data_access: role === 'OWNER' || (dataAccess ?? false),
  };
  state.nextPk += 1;
  state.rows.push(row);
  return { status: 201, body: row };
}

function change(state: SynthoState, call: Call): Answer {
  const before = rowOf(state, call);
  mayManage(state, call.user, before.workspace);
  const body = call.object();
  const problems: Record<string, string[]> = {};
  const workspace = 'workspace' in body ? key(body, 'workspace', state.workspaces, problems) : null;
  const user = 'user' in body ? key(body, 'user', state.users, problems) : null;
  const role = roleFrom(body, problems);
  const dataAccess = flag(body, problems);
  refuse(problems);
  const after: Row = {
    ...before,
    workspace: workspace ?? before.workspace,
    user: user ?? before.user,
    role: role ?? before.role,
    data_access: dataAccess ?? before.data_access,
  };
  const twin = state.rows.find(
    (row) => row.pk !== after.pk && row.workspace === after.workspace && row.user === after.user,
  );
  if (twin !== undefined) {
    throw new Refusal(400, { non_field_errors: ['The fields workspace, user must make a unique set.'] });
  }
  replace(state, after);
  return ok(after);
}

/** The new owner gets the owner's row; the old one keeps `role`, or nothing without it (inferred). */
function transfer(state: SynthoState, call: Call): Answer {
  const { user } = call;
  if (!state.manner.transfer) throw detail(404, 'Not found.');
  const body = call.object();
  const problems: Record<string, string[]> = {};
  const role = roleFrom(body, problems);
  const dataAccess = flag(body, problems) ?? false;
  const email = typeof body['new_owner'] === 'string' ? body['new_owner'] : '';
  const heir = state.users.find((one) => one.email === email.toLowerCase());
  if (email.length > 255) problems['new_owner'] = ['Ensure this field has no more than 255 characters.'];
  else if (heir === undefined) problems['new_owner'] = ['User with this email does not exist.'];
  const workspaces = Array.isArray(body['workspaces']) ? (body['workspaces'] as unknown[]) : [];
  const unknown = workspaces.find((pk) => !state.workspaces.some((one) => one.pk === pk));
  if (unknown !== undefined) {
    problems['workspaces'] = [`Invalid pk "${JSON.stringify(unknown)}" - object does not exist.`];
  }
  refuse(problems);
  for (const workspace of workspaces as number[]) {
    mayManage(state, user, workspace);
    const old = state.rows.find((row) => row.workspace === workspace && row.role === 'OWNER');
    if (old?.user === heir?.pk) continue;
    if (old !== undefined) {
      if (role === null) state.rows = state.rows.filter((row) => row.pk !== old.pk);
      else replace(state, { ...old, role, data_access: dataAccess });
    }
    const own = state.rows.find((row) => row.workspace === workspace && row.user === heir?.pk);
    if (own !== undefined) {
      replace(state, { ...own, role: 'OWNER', data_access: true });
    } else {
      state.rows.push({ pk: state.nextPk, workspace, user: heir?.pk ?? 0, role: 'OWNER', data_access: true });
      state.nextPk += 1;
    }
  }
  return ok(body);
}

/** Rows of the workspaces that a user belongs to; administrators see all. */
function visible(state: SynthoState, user: User): readonly Row[] {
  return state.rows.filter((row) => user.administrator || roleIn(state, row.workspace, user.pk) !== null);
}

/** @throws Refusal 404 for a row that is not there or not to be seen */
function rowOf(state: SynthoState, call: Call): Row {
  const found = visible(state, call.user).find((row) => row.pk === call.number('pk'));
  if (found === undefined) throw detail(404, 'No WorkspacePermission matches the given query.');
  return found;
}

/** @throws Refusal 403 for everybody but the owner and administrators */
function mayManage(state: SynthoState, user: User, workspace: number): void {
  if (user.administrator || roleIn(state, workspace, user.pk) === 'OWNER') return;
  throw detail(403, 'You do not have permission to perform this action.');
}

function replace(state: SynthoState, row: Row): void {
  state.rows = state.rows.map((one) => (one.pk === row.pk ? row : one));
}

function list(state: SynthoState, call: Call, rows: readonly object[]): Answer {
  if (state.manner.lists === 'bare') return ok(rows);
  const offset = Number(call.query('offset') ?? '0');
  const more = offset + pageSize < rows.length;
  return ok({
    count: rows.length,
    next: more ? call.sibling(`offset=${offset + pageSize}`) : null,
    previous: offset > 0 ? call.sibling(`offset=${Math.max(0, offset - pageSize)}`) : null,
    results: rows.slice(offset, offset + pageSize),
  });
}

type Problems = Record<string, string[]>;

function refuse(problems: Problems): void {
  if (Object.keys(problems).length > 0) throw new Refusal(400, problems);
}

function required(body: JsonObject, name: string, problems: Problems): null {
  if (!(name in body)) problems[name] = ['This field is required.'];
  return null;
}

function key(
  body: JsonObject,
  name: string,
  known: readonly { readonly pk: number }[],
  problems: Problems,
): number | null {
  const value = body[name];
  if (value === undefined) return required(body, name, problems);
  if (typeof value !== 'number') {
    const type = typeof value === 'string' ? 'str' : typeof value;
    problems[name] = [`Incorrect type. Expected pk value, received ${type}.`];
    return null;
  }
  if (known.some((one) => one.pk === value)) return value;
  problems[name] = [`Invalid pk "${value}" - object does not exist.`];
  return null;
}

function roleFrom(body: JsonObject, problems: Problems): Role | null {
  const value = body['role'];
  if (value === undefined) return null;
  const role = roles.find((one) => one === value);
  if (role === undefined)
    problems['role'] = [
      `"${typeof value === 'string' ? value : JSON.stringify(value)}" is not a valid choice.`,
    ];
  return role ?? null;
}

function flag(body: JsonObject, problems: Problems): boolean | null {
  const value = body['data_access'];
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value;
  problems['data_access'] = ['Must be a valid boolean.'];
  return null;
}
