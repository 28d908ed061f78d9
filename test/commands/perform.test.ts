/** What a write says when something goes wrong around it: before, between its requests, and while reading back. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ErrorJson } from '../../src/errors.ts';
import type { FaultAction } from '../../src/sandbox/index.ts';
import { createCli, type Cli } from '../support/cli.ts';
import { testSandbox } from '../support/sandbox.ts';

let close: (() => Promise<void>) | null = null;

afterEach(async () => {
  await close?.();
  close = null;
});

/** A command line whose Datadog fails at the n-th request of this kind, or at several. */
async function faulty(
  method: string,
  path: string,
  nth: number | readonly number[],
  action: FaultAction,
): Promise<Cli> {
  const sandbox = await testSandbox({
    only: ['datadog'],
    switches: { faults: [nth].flat().map((one) => ({ method, path, nth: one, action })) },
  });
  close = () => sandbox.close();
  const { env } = sandbox.room('datadog');
  return createCli({ env: { ...env } });
}

async function failing(cli: Cli, line: string): Promise<ErrorJson['error'] & { readonly exit: number }> {
  const { code, stdout, stderr } = await cli(`${line} --provider datadog --json`);
  expect(stdout).toBe('');
  return { ...(JSON.parse(stderr) as ErrorJson).error, exit: code };
}

const forbidden: FaultAction = { do: 'status', status: 403, body: '{"errors":["Forbidden"]}' };

it('tells that a write was accepted when it cannot be read back', async () => {
  // The policy is read for the plan, just before the write, and after it.
  const cli = await faulty('GET', '/api/v2/restriction_policy/*', 3, forbidden);
  const failure = await failing(cli, 'acl grant r2j-7ua-4xe team:sre=view --allow-self-lockout');
  expect(failure).toMatchObject({
    exit: 1,
    code: 'fate-unknown',
    status: 403,
    details: { fate: 'accepted', reason: 'not-allowed' },
  });
  expect(failure.message).toMatch(/the server accepted it, but reading it back failed: .*Forbidden/);
});

it('tells which requests stand when a later one is refused', async () => {
  const cli = await faulty('POST', '/api/v1/dashboard/public/*/invitation', 1, forbidden);
  const share = 'share list c4t-9kx-2mq --provider datadog --fields token';
  const { stdout } = await cli(share);
  const failure = await failing(cli, `invite send ${stdout.trim()} one@example.com --yes`);
  expect(failure).toMatchObject({ exit: 3, code: 'not-allowed', details: { sent: 1, planned: 2 } });
  expect(failure.message).toMatch(/stopped after 1 of 2 requests, which stand: /);
});

it('has a result for each person who is invited, and a list of those who are left', async () => {
  // The second one is refused among the others, and once more alone: a rule does not count what another one answered.
  const cli = await faulty('POST', '/api/v1/dashboard/public/*/invitation', [2, 2], forbidden);
  const people = 'one@example.com two@example.com three@example.com';
  const { stdout } = await cli('share list c4t-9kx-2mq --provider datadog --fields token');
  const file = join(cli.home, 'left');
  const line = `invite send ${stdout.trim()}`;
  const done = await cli(`${line} ${people} --yes --failed-to ${file} --provider datadog --json`);
  expect(done.code).toBe(4);
  expect(done.json()).toMatchObject([{ email: 'one@example.com' }, { email: 'three@example.com' }]);
  expect(JSON.parse(done.stderr)).toMatchObject({
    error: {
      code: 'partial',
      hint: expect.stringContaining('SHARE - < ') as string,
      details: { done: 2, failed: 1, items: [{ index: 1, ref: 'two@example.com', code: 'not-allowed' }] },
    },
  });
  expect(await readFile(file, 'utf8')).toBe('two@example.com\n');

  const again = await cli(`${line} - --yes --provider datadog --fields email`, {
    stdin: await readFile(file, 'utf8'),
  });
  expect(again).toMatchObject({ code: 0, stdout: 'two@example.com\n' });
  const ended = await cli(
    `invite revoke ${stdout.trim()} ${people} --confirm 3 --provider datadog --fields email`,
  );
  expect(ended).toMatchObject({ code: 0, stdout: `${people.replaceAll(' ', '\n')}\n` });
});

it('asks nothing twice of a write whose answer was lost: it reads back', async () => {
  const lost: FaultAction = { do: 'reset', commit: true };
  const done = await (
    await faulty('POST', '/api/v2/restriction_policy/*', 1, lost)
  )('acl grant r2j-7ua-4xe team:sre=view --allow-self-lockout --provider datadog');
  expect(done).toMatchObject({ code: 0 });
  expect(done.stderr).toContain('The answer was lost; reading back confirmed the change.');
  await close?.();

  const cli = await faulty('POST', '/api/v2/restriction_policy/*', 1, { do: 'reset' });
  const failure = await failing(cli, 'acl grant r2j-7ua-4xe team:sre=view --allow-self-lockout');
  expect(failure).toMatchObject({ exit: 1, code: 'fate-unknown', details: { fate: 'not-applied' } });
  expect(failure.message).toMatch(/no answer confirms it: .* Reading back shows that it did not happen\.$/);
  expect(failure.hint).toBe('Run the command again.');
});

it('names every flag that a guarded write needs at once', async () => {
  const cli = createCli();
  const line = 'acl set sandbox-grafana/checkout-latency --empty';
  const revoked = await cli('acl revoke sandbox-grafana/checkout-latency user:uma');
  expect(revoked).toMatchObject({ code: 8 });
  expect(revoked.stderr).toContain("add --empty --confirm 'Checkout latency'.");
  expect((await cli(line)).stderr).toContain("Add --confirm 'Checkout latency'.");
});

it('tells the consequences of a severe write that is confirmed by a flag', async () => {
  const cli = createCli();
  const done = await cli('dashboards delete a3k-8mv-1qs b7x-2nf-9ey -p sandbox-datadog --confirm 2');
  expect(done.code).toBe(0);
  expect(done.stderr).toContain(
    'dashctl dashboards restore sandbox-datadog/a3k-8mv-1qs sandbox-datadog/b7x-2nf-9ey',
  );
});
