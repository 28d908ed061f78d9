/** PostHog on the command line: what its flags do, and that other systems refuse them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../support/cli.ts';

describe('PostHog commands', () => {
  it('create, pin, tag and restrict in one go', async () => {
    const cli = createCli();
    const made = await cli(
      'dashboards create -p sandbox-posthog --title Spring --tag Sale --pin --restriction invited --json',
    );
    expect(made.json()).toMatchObject({ title: 'Spring', tags: ['sale'], restricted: true });
    const list = await cli('dashboards list -p sandbox-posthog --limit 3 --fields title');
    expect(list.stdout.split('\n')).toContain('Spring');
  });

  it('delete, restore and revoke a link, telling what opens again', async () => {
    const cli = createCli();
    expect((await cli('dashboards delete sandbox-posthog/1 --delete-insights --yes')).code).toBe(0);
    expect((await cli('dashboards get sandbox-posthog/1')).code).toBe(6);
    expect((await cli('dashboards restore sandbox-posthog/1')).code).toBe(2);
    const back = await cli('dashboards restore sandbox-posthog/1 --yes');
    expect([back.code, back.stderr]).toEqual([0, expect.stringContaining('open again')]);
    const revoked = await cli('share revoke sandbox-posthog/1 --yes --json');
    expect(revoked.json()).toMatchObject([{ status: 'paused', token: null, url: null }]);
  });

  it('lists every link of a project, also of unlisted dashboards', async () => {
    const { stdout } = await createCli()('share list --all -p sandbox-posthog --fields ref,status');
    expect(stdout.trim().split('\n')).toEqual([
      'sandbox-posthog/1\tactive',
      'sandbox-posthog/5\tactive',
      'sandbox-posthog/11\tpaused',
      'sandbox-posthog/13\tactive',
      'sandbox-posthog/15\tactive',
    ]);
  });

  it('keeps a password out of dry runs and shows it once, as the result', async () => {
    const cli = createCli();
    const file = join(cli.home, 'password');
    writeFileSync(file, 'correct horse "battery"\n');
    const dry = await cli(['share', 'password-add', 'sandbox-posthog/5', '--secret-file', file, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.stdout + dry.stderr).not.toContain('correct horse');
    expect(dry.stdout).toContain('"raw_password": "***"');
    const made = await cli(
      'share password-add sandbox-posthog/5 --secret-file - --yes --fields password -o json',
      { stdin: 'correct horse "battery"\n' },
    );
    expect(made.json()).toEqual({ password: 'correct horse "battery"' });
    expect(made.stderr).not.toContain('correct horse');
    const seen = await cli('share get sandbox-posthog/5 --json');
    expect(seen.stdout).not.toContain('correct horse');
  });

  it('grants by e-mail and tells who gets in', async () => {
    const cli = createCli();
    const done = await cli(
      'acl grant sandbox-posthog/3 user:dora.weiss@example.com=admin org=view --yes --json',
    );
    expect(done.json()).toMatchObject([
      { principal: { email: 'Dora.Weiss@example.com' }, level: 'admin', nativeLevel: 'manager' },
      { principal: { kind: 'org' }, level: 'view', nativeLevel: 'viewer' },
    ]);
    const all = await cli('acl list sandbox-posthog/3 --effective --fields principal,level');
    expect(all.stdout).toContain('user:Dora.Weiss@example.com\tadmin');
    expect(all.stdout).toContain('user:emil@example.com\tview');
  });

  it('says of a collaborator who is listed without editing that the row stays', async () => {
    const cli = createCli();
    const { code, stdout, stderr } = await cli('acl revoke sandbox-posthog/4 user:emil@example.com --yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('user:emil@example.com\tview')]);
    expect(stderr).toContain(
      'Listed without editing, which gives nothing here and is left alone: emil@example.com.',
    );
  });

  it('qualifies references with a project that a flag named', async () => {
    const cli = createCli();
    const { stdout } = await cli('dashboards list -p sandbox-posthog --project 3 --fields ref');
    expect(stdout).toBe('sandbox-posthog/3-17\n');
    const { stdout: title } = await cli('dashboards get - --fields title', { stdin: stdout }).then(() =>
      cli(`dashboards get ${stdout.trim()} --fields title`),
    );
    expect(title).toBe('Side project\n');
  });

  it.each([
    ['dashboards create -p sandbox-datadog --title x --pin', '--pin'],
    ['dashboards update sandbox-grafana/checkout-latency --restriction invited', '--restriction'],
    ['dashboards delete sandbox-datadog/c4t-9kx-2mq --delete-insights --yes', '--delete-insights'],
    ['share update sandbox-datadog/c4t-9kx-2mq --lock --yes', 'PostHog'],
    ['share rotate sandbox-datadog/c4t-9kx-2mq --yes', 'PostHog'],
    ['acl list sandbox-grafana/checkout-latency --effective', '--effective'],
    ['invite list sandbox-posthog/1', 'invite'],
  ])('%s is refused, naming %s', async (line, word) => {
    const { code, stderr, stdout } = await createCli()(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(word);
  });
});
