/** What a command that takes something away prints: the state that it left, not the one that it found. */
import { describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';

async function row(cli: Cli, line: string): Promise<unknown> {
  const result = await cli(`${line} --json`);
  const { code, stderr } = result;
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  const [first] = result.json() as readonly unknown[];
  return first;
}

describe('what was taken away', () => {
  it.each(['sandbox-datadog/c4t-9kx-2mq', 'sandbox-grafana/checkout-latency', 'sandbox-posthog/2'])(
    'a deleted dashboard says when: %s',
    async (ref) => {
      const from = Date.now();
      const gone = await row(createCli(), `dashboards delete ${ref} --yes`);
      expect(gone).toMatchObject({ ref, deletedAt: expect.any(String) as string });
      const { deletedAt } = gone as { deletedAt: string };
      expect(new Date(deletedAt).toISOString()).toBe(deletedAt);
      expect(Date.parse(deletedAt)).toBeGreaterThanOrEqual(from);
    },
  );

  it('a restored dashboard is not deleted', async () => {
    const cli = createCli();
    await row(cli, 'dashboards delete sandbox-datadog/c4t-9kx-2mq --yes');
    expect(await row(cli, 'dashboards restore sandbox-datadog/c4t-9kx-2mq --yes')).toMatchObject({
      deletedAt: null,
    });
  });

  it('a terminal shows it too, and tsv keeps its columns', async () => {
    const cli = createCli();
    const wide = await cli('dashboards delete sandbox-datadog/c4t-9kx-2mq --yes --color never', {
      columns: 120,
    });
    expect(wide.stdout).toMatch(/DELETED AT\n.* just now\n$/);
    const list = 'dashboards list -p sandbox-datadog';
    expect((await cli(list, { columns: 120 })).stdout).not.toContain('DELETED AT');
    const columns = async (line: string) => (await cli(line)).stdout.split('\n')[0]?.split('\t').length;
    expect(await columns(`${list} --deleted`)).toBe(await columns(list));
  });

  it.each(['-p sandbox-datadog', '-p sandbox-grafana'])(
    'a revoked share is revoked, and opens nothing: %s',
    async (account) => {
      const cli = createCli();
      const [share] = (await cli(`share list --all ${account} --json`)).json() as {
        ref: string;
        token: string;
      }[];
      expect(await row(cli, `share revoke ${share?.ref ?? ''} --yes`)).toMatchObject({
        token: share?.token,
        status: 'revoked',
        url: null,
      });
    },
  );

  it('an invitation that was revoked has ended', async () => {
    const cli = createCli();
    const shares = (await cli('share list --all -p sandbox-datadog --json')).json() as {
      ref: string;
      type: string;
      invitees: { email: string }[] | null;
    }[];
    const invite = shares.find(({ type, invitees }) => type === 'invite' && (invitees?.length ?? 0) > 0);
    const list = (await cli(`invite list ${invite?.ref ?? ''} --json`)).json() as { email: string }[];
    const email = list[0]?.email ?? '';
    const ended = await row(cli, `invite revoke ${invite?.ref ?? ''} ${email} --yes`);
    expect(ended).toMatchObject({ email, hasSession: false, sessionExpiresAt: null });
    expect(Date.parse((ended as { expiresAt: string }).expiresAt)).toBeLessThanOrEqual(Date.now());
  });

  it('access to a workspace that was revoked is none', async () => {
    expect(await row(createCli(), 'workspace revoke sandbox-syntho/3 --yes')).toMatchObject({
      id: '3',
      role: null,
      level: 'none',
      dataAccess: false,
    });
  });

  it('a deleted permission is held by nobody', async () => {
    const line = 'perms delete sandbox-gtmhub/5be26318e5274a0000080007 --yes';
    expect(await row(createCli(), line)).toMatchObject({ id: '5be26318e5274a0000080007', principals: [] });
  });
});
