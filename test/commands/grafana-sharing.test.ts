/** Public dashboards of Grafana from the command line, over the sandbox. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shareShape } from '../../src/model/share.ts';
import { createCli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';

type Row = Readonly<Record<string, unknown>>;

async function rows(cli: Cli, line: string): Promise<Row[]> {
  const { code, stdout, stderr } = await cli(`${line} --json`);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const value = JSON.parse(stdout) as Row | Row[];
  return Array.isArray(value) ? value : [value];
}

const statusToken = '5a'.repeat(16);
const board = 'sandbox-grafana/node-health';

describe('a public dashboard', () => {
  const cli = createCli();

  it('lives from share create to share revoke', async () => {
    const unasked = await cli(`share create ${board} --yes`);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('--type open');
    const unconfirmed = await cli(`share create ${board} --type open`);
    expect(unconfirmed).toMatchObject({ code: 2, stdout: '' });
    expect(unconfirmed.stderr).toContain('--yes');
    expect(await rows(cli, `share list ${board}`)).toEqual([]);

    const [made] = await rows(cli, `share create ${board} --type open --time-selection --yes`);
    expect(Object.keys(made ?? {})).toEqual(shareShape.fields.map((field) => field.key));
    expect(made).toMatchObject({
      ref: board,
      dashboard: board,
      type: 'public',
      status: 'active',
      settings: { timeSelectionEnabled: true, annotationsEnabled: false },
    });
    expect(made?.['url']).toMatch(/\/public-dashboards\/[0-9a-f]{32}$/);
    const again = await cli(`share create ${board} --type public --time-selection`);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('Already so');

    // Its address stands for it, and so does its token.
    for (const name of [String(made?.['url']), `sandbox-grafana/${String(made?.['token'])}`]) {
      expect(await rows(cli, `share get ${name}`)).toMatchObject([{ ref: board }]);
    }
    expect(await rows(cli, `share update ${String(made?.['url'])} --status paused`)).toMatchObject([
      { status: 'paused', token: made?.['token'] },
    ]);
    expect(await cli(`share update ${board} --status active`)).toMatchObject({ code: 2, stdout: '' });
    await rows(cli, `share update ${board} --status active --yes`);

    expect(await cli(`share revoke ${board}`)).toMatchObject({ code: 2, stdout: '' });
    expect(await rows(cli, `share revoke ${board} --yes`)).toMatchObject([{ token: made?.['token'] }]);
    const gone = await cli(`share get ${board}`);
    expect(gone).toMatchObject({ code: 6, stdout: '' });
    expect(gone.stderr).toContain('has no public link');
  });
});

describe('public dashboards', () => {
  const cli = createCli();

  it('are listed all at once, each dashboard alone, and beside those of others', async () => {
    const found = await rows(cli, 'share list --all -p sandbox-grafana');
    expect(found.map(({ ref, status }) => [ref, status])).toEqual([
      ['sandbox-grafana/company-goals', 'paused'],
      ['sandbox-grafana/status-page', 'active'],
    ]);
    expect(await rows(cli, 'share list sandbox-grafana/status-page')).toEqual([found[1]]);
    expect(await rows(cli, `share list ${board}`)).toEqual([]);
    const both = await rows(cli, 'share list --all -p sandbox-datadog -p sandbox-grafana');
    expect(new Set(both.map(({ provider }) => provider))).toEqual(new Set(['datadog', 'grafana']));
    const shared = await rows(cli, 'dashboards list --shared -p sandbox-grafana --fields ref,shared');
    expect(shared).toEqual([{ ref: 'sandbox-grafana/status-page', shared: true }]);
  });

  it('keep their token out of tables, dry runs and errors', async () => {
    const table = await cli('share list --all -p sandbox-grafana', { columns: 160 });
    expect(table.stdout).toContain('status-page');
    const body = join(cli.home, 'link.json');
    const token = 'ab'.repeat(16);
    writeFileSync(body, JSON.stringify({ accessToken: token, share: 'public' }));
    const outputs = [
      table,
      await cli('share update sandbox-grafana/status-page --status paused --dry-run'),
      await cli('share revoke sandbox-grafana/status-page --dry-run'),
      await cli('share create sandbox-grafana/status-page --type open'),
      await cli(`share create ${board} --file ${body} --dry-run`),
      await cli(`share create ${board} --file ${body} --dry-run --json`),
    ];
    expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0, 2, 0, 0]);
    for (const { stdout, stderr } of outputs) {
      expect(stdout + stderr).not.toContain(statusToken);
      expect(stdout + stderr).not.toContain(token);
    }
    expect(outputs[4]?.stdout).toContain('***');
  });

  it.each([
    ['share create sandbox-grafana/node-health --type invite', 'Cloud or Enterprise'],
    ['share create sandbox-grafana/node-health --type open --lock', 'PostHog has it'],
    ['share create sandbox-datadog/c4t-9kx-2mq --time-selection', 'Leave --time-selection out'],
    ['share create sandbox-datadog/c4t-9kx-2mq --type public', 'open, invite, embed'],
    ['share create sandbox-grafana-7/node-health --type open', 'came with Grafana 10'],
    ['share rotate sandbox-grafana/status-page', 'PostHog has it'],
    ['share update sandbox-grafana/status-page --expires 7d', 'share revoke'],
  ])('say what they lack: %s', async (line, words) => {
    const { code, stdout, stderr } = await cli(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('show everything through a file that share get wrote', async () => {
    const { stdout } = await cli('share get sandbox-grafana/status-page --raw');
    const body = join(cli.home, 'whole.json');
    writeFileSync(body, stdout.replace('"annotationsEnabled":false', '"annotationsEnabled":true'));
    const [changed] = await rows(cli, `share update sandbox-grafana/status-page --file ${body} --yes`);
    expect(changed).toMatchObject({
      token: statusToken,
      settings: { timeSelectionEnabled: true, annotationsEnabled: true },
    });
  });
});
