/** Syntho's images: access to a workspace comes back, ownership does not. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { synthoDescriptor } from '../../src/providers/syntho/descriptor.ts';
import type { Provider, WorkspaceCapability } from '../../src/providers/provider.ts';
import { otherLogins, seedSyntho } from '../../src/sandbox/syntho/seed.ts';
import { openStore } from '../../src/sandbox/store.ts';
import { change, imagesOf } from '../support/images.ts';
import { carryOut, providerAt } from '../support/provider-at.ts';
import { keptOfSyntho } from '../properties/worlds/syntho.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { thereAndBack, undo } from '../support/there-and-back.ts';

let sandbox: TestSandbox;
let provider: Provider;
let workspaces: WorkspaceCapability;

beforeEach(async () => {
  sandbox = await testSandbox({ only: ['syntho'] });
  provider = (await providerAt(synthoDescriptor, sandbox.room('syntho').env)).provider;
  workspaces = capabilityOf(provider);
});
afterEach(async () => {
  await provider.close();
  await sandbox.close();
});

function capabilityOf({ workspace }: Provider): WorkspaceCapability {
  if (workspace === undefined) throw new Error('No workspaces.');
  return workspace;
}

async function kept(): Promise<unknown> {
  const store = await openStore(sandbox.folder, 'syntho', seedSyntho);
  return store.read(keptOfSyntho);
}

const rows = async () => {
  const store = await openStore(sandbox.folder, 'syntho', seedSyntho);
  return store.read((state) => ({ rows: state.rows, users: state.users, workspaces: state.workspaces }));
};

/** A row of that role in a workspace, and a person without a row in it. */
async function sample(role: string) {
  const { rows: all, users } = await rows();
  const row = all.find((one) => one.role === role);
  if (row === undefined) throw new Error(`No ${role}.`);
  const stranger = users.find(
    ({ pk }) => !all.some((one) => one.workspace === row.workspace && one.user === pk),
  );
  if (stranger === undefined) throw new Error('Everybody has access.');
  return { row, stranger, workspace: String(row.workspace) };
}

it('takes grants, changes and revocations back', async () => {
  const before = await kept();
  const { row, stranger, workspace } = await sample('READER');
  const who = String(stranger.pk);
  const grant = await workspaces.planGrant({ workspace, who, role: 'editor', dataAccess: true });
  expect(grant).toMatchObject({
    undo: { kind: 'exact' },
    images: [
      {
        ref: { kind: 'workspace-permissions', id: `${workspace}/${who}` },
        before: { state: null },
        expected: { role: 'EDITOR', dataAccess: true },
      },
    ],
  });
  await thereAndBack(provider, grant);
  const update = await workspaces.planUpdate(String(row.pk), {
    role: 'editor',
    dataAccess: !row.data_access,
  });
  expect(update.undo.kind).toBe('exact');
  await thereAndBack(provider, update);
  const revoke = await workspaces.planRevoke({ id: String(row.pk) });
  expect(revoke.undo).toEqual({ kind: 'lossy', why: 'Granted again the row has another key.' });
  await thereAndBack(provider, revoke);
  expect(await kept()).toEqual(before);
});

it('makes the row of an owner again as an administrator, as long as there is no other', async () => {
  const before = await kept();
  const { row } = await sample('OWNER');
  const { email, password } = otherLogins.admin;
  const administrator = await providerAt(synthoDescriptor, sandbox.room('syntho').env, {
    settings: { user: email },
    secrets: { password },
  });
  const plan = await workspaces.planRevoke({ id: String(row.pk) });
  expect(plan.undo).toEqual({ kind: 'lossy', why: expect.stringContaining('administrator') as unknown });
  const made = await change(provider, plan);
  await expect(undo(provider, made)).rejects.toMatchObject({ code: 'not-allowed' });
  await undo(administrator.provider, made);
  expect(await kept()).toEqual(before);
  await administrator.provider.close();
});

it('tells how ownership is handed back, and takes nothing away from the new owner', async () => {
  const images = await imagesOf(provider);
  const { row, stranger, workspace } = await sample('OWNER');
  const plan = await workspaces.planTransfer({
    workspaces: [workspace],
    to: String(stranger.pk),
    keepRole: 'reader',
    dataAccess: false,
  });
  expect(plan.undo.kind).toBe('impossible');
  const { changed } = await change(provider, plan);
  expect(changed.map(({ ref, before, after }) => [ref.id, before.state, after.state])).toEqual([
    [`${workspace}/${row.user}`, { role: 'OWNER', dataAccess: true }, { role: 'READER', dataAccess: false }],
    [`${workspace}/${stranger.pk}`, null, { role: 'OWNER', dataAccess: true }],
  ]);
  for (const { ref, before } of changed) {
    await expect(images.planRestore(ref, before)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining(`dashctl workspace transfer ${workspace} --to`) as unknown,
    });
  }
});

it('reads what somebody else changed, and refuses to write over it', async () => {
  const images = await imagesOf(provider);
  const { row, workspace } = await sample('READER');
  const ref = { kind: 'workspace-permissions', id: `${workspace}/${row.user}` } as const;
  const image = await images.read(ref);
  await carryOut(provider, await workspaces.planRevoke({ id: String(row.pk) }));
  const restore = await images.planRestore(ref, image);
  await carryOut(
    provider,
    await workspaces.planGrant({ workspace, who: String(row.user), role: 'editor', dataAccess: null }),
  );
  await expect(restore.unchanged?.()).rejects.toMatchObject({ code: 'conflict' });
  expect(await images.find('workspace-permissions', image.state, new Date())).toEqual([]);
});
