/** Dashboards over the sandbox: every verb, its dry run, its confirmation, and what it leaves behind. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardShape } from '../../src/model/dashboard.ts';
import { createCli } from '../support/cli.ts';
import { roomState, sandboxProfiles } from '../support/room-state.ts';
import type { Cli, CliOptions } from '../support/cli.ts';

type Row = Readonly<Record<string, unknown>>;

/** The JSON of a line that must succeed. */
async function rows(cli: Cli, line: string | readonly string[], options?: CliOptions): Promise<Row[]> {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const { code, stdout, stderr } = await cli([...words, '--json'], options);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const value = JSON.parse(stdout) as Row | Row[];
  return Array.isArray(value) ? value : [value];
}

const keys = dashboardShape.fields.map((field) => field.key);

describe('list', () => {
  const cli = createCli();

  it('prints every key of the shape for every row of every provider', async () => {
    const found = await rows(cli, 'dashboards list -p sandbox');
    expect(new Set(found.map((row) => row['profile']))).toEqual(
      new Set(sandboxProfiles('dashboards', 'list')),
    );
    for (const row of found) {
      expect(Object.keys(row)).toEqual(keys);
      expect(row['ref']).toBe(`${String(row['profile'])}/${String(row['id'])}`);
    }
  });

  it('prints tsv on a pipe: no header, one row per line, ISO times', async () => {
    const { stdout, stderr } = await cli('dashboards list -p sandbox-datadog --search latency --limit 1');
    expect(stdout).toMatch(
      /^sandbox-datadog\/c4t-9kx-2mq\tCheckout latency\t[^\t]*\t[^\t]*\tana@example\.com\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/,
    );
    expect(stderr).toBe('');
  });

  it('filters by title, share, trash, tag, folder and number', async () => {
    const titles = async (line: string) =>
      (await rows(cli, `dashboards list ${line}`)).map((row) => row['title']);
    expect(await titles('-p sandbox-datadog --search CHECKOUT')).toEqual([
      'Checkout latency',
      'Copy of Checkout latency',
    ]);
    const all = await titles('-p sandbox-datadog');
    const shared = await titles('-p sandbox-datadog --shared');
    const unshared = await titles('-p sandbox-datadog --no-shared');
    expect(shared.length * unshared.length).toBeGreaterThan(0);
    expect([...shared, ...unshared].sort()).toEqual([...all].sort());
    expect(await titles('-p sandbox-datadog --limit 2 --page-size 1')).toEqual(all.slice(0, 2));
    expect(await titles('-p sandbox-grafana --tag web')).toContain('Checkout latency');
    expect(await titles('-p sandbox-grafana --folder finance')).toEqual(
      await titles('-p sandbox-grafana --folder Finance'),
    );
    const trash = await rows(cli, 'dashboards list -p sandbox-datadog --deleted');
    expect(trash.map((row) => row['title'])).toContain('Old wall board');
    expect(all).not.toContain('Old wall board');
  });

  it('says so when nothing is found: people on stderr, machines by an empty list', async () => {
    const line = 'dashboards list -p sandbox-datadog --search xyzzy';
    expect(await cli(line)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await cli(`${line} -o table`)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No dashboards with "xyzzy" in the title found in sandbox-datadog.\n',
    });
    expect((await cli(`${line} --json`)).json()).toEqual([]);
    expect((await cli(`${line} -o ndjson`)).stdout).toBe('');
  });

  it('prints chosen fields in the asked order in every format', async () => {
    const line = 'dashboards list -p sandbox-datadog --search latency --limit 1 --fields title,id';
    const expected: Readonly<Record<string, string>> = {
      tsv: 'Checkout latency\tc4t-9kx-2mq\n',
      csv: 'title,id\nCheckout latency,c4t-9kx-2mq\n',
      ndjson: '{"title":"Checkout latency","id":"c4t-9kx-2mq"}\n',
      json: '[\n{"title":"Checkout latency","id":"c4t-9kx-2mq"}\n]\n',
      yaml: '- title: Checkout latency\n  id: c4t-9kx-2mq\n',
    };
    for (const [format, text] of Object.entries(expected)) {
      const { stdout } = await cli(`${line} -o ${format}`);
      expect([format, stdout.replaceAll('\r\n', '\n')]).toEqual([format, text]);
    }
  });
});

describe.each(['sandbox-datadog', 'sandbox-grafana', 'sandbox-grafana-7', 'sandbox-grafana-5'])(
  '%s',
  (profile) => {
    const cli = createCli();
    const room = profile.replace('sandbox-', '');

    it('creates, shows, changes and deletes', async () => {
      const [made] = await rows(cli, ['dashboards', 'create', '-p', profile, '--title', 'A new board']);
      expect(Object.keys(made ?? {})).toEqual(keys);
      const ref = String(made?.['ref']);
      expect(ref).toMatch(new RegExp(`^${profile}/.+`));

      expect(await rows(cli, `dashboards get ${ref}`)).toMatchObject([
        { ref, title: 'A new board', profile },
      ]);
      const [changed] = await rows(cli, ['dashboards', 'update', ref, '--title', 'Renamed']);
      expect(changed).toMatchObject({ ref, title: 'Renamed' });
      expect(await rows(cli, `dashboards get ${ref}`)).toMatchObject([{ title: 'Renamed' }]);

      expect(await rows(cli, `dashboards delete ${ref} --yes`)).toMatchObject([{ ref, title: 'Renamed' }]);
      expect(await cli(`dashboards get ${ref}`)).toMatchObject({ code: 6, stdout: '' });
    });

    it('shows every write first and sends none', async () => {
      const [first] = await rows(cli, `dashboards list -p ${profile} --search Checkout`);
      const ref = String(first?.['ref']);
      const before = roomState(cli, room);
      expect(before).not.toBeNull();
      const writes: readonly [readonly string[], string][] = [
        [['dashboards', 'create', '-p', profile, '--title', 'Never'], 'POST'],
        [['dashboards', 'update', ref, '--title', 'Never'], profile === 'sandbox-datadog' ? 'PUT' : 'POST'],
        [['dashboards', 'delete', ref], 'DELETE'],
      ];
      for (const [words, method] of writes) {
        const text = await cli([...words, '--dry-run']);
        expect(text).toMatchObject({ code: 0 });
        expect(text.stdout).toMatch(/^Dry run: nothing was sent\.\n/);
        expect(text.stdout).toMatch(new RegExp(`^${method} http://127\\.0\\.0\\.1:\\d+/${room}/api/`, 'm'));
        const [json] = await rows(cli, [...words, '--dry-run']);
        expect(Object.keys(json ?? {})).toEqual(['dryRun', 'title', 'before', 'after', 'undo', 'requests']);
        expect(json).toMatchObject({ dryRun: true, requests: [{ method }] });
      }
      expect(roomState(cli, room)).toBe(before);
    });

    it('changes nothing without --yes where nobody can be asked', async () => {
      const [first, second] = await rows(cli, `dashboards list -p ${profile}`);
      const before = roomState(cli, room);
      const ref = String(first?.['ref']);
      const refused = await cli(`dashboards delete ${ref}`);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toMatch(/\nAdd --yes to do it\. See it first with --dry-run\.\n$/);

      const several = `dashboards delete ${ref} ${String(second?.['ref'])}`;
      for (const flags of ['', ' --yes', ' --confirm 3', ' --yes --confirm two']) {
        const severe = await cli(`${several}${flags}`);
        expect({ flags, code: severe.code, stdout: severe.stdout }).toEqual({ flags, code: 8, stdout: '' });
        expect(severe.stderr).toContain('--confirm 2');
      }
      expect(roomState(cli, room)).toBe(before);
      expect(await rows(cli, `${several} --confirm 2`)).toHaveLength(2);
      expect(await cli(`dashboards get ${ref}`)).toMatchObject({ code: 6 });
    });
  },
);

describe('update', () => {
  const cli = createCli();
  const ref = 'sandbox-datadog/c4t-9kx-2mq';

  it('shows before → after', async () => {
    const { stdout } = await cli(`dashboards update ${ref} --title Renamed --dry-run`);
    expect(stdout).toContain('  - title: Checkout latency\n  + title: Renamed\n');
  });

  it('is content when it is already so', async () => {
    await cli(`dashboards get ${ref}`);
    const before = roomState(cli, 'datadog');
    const { code, stderr } = await cli(['dashboards', 'update', ref, '--title', 'Checkout latency']);
    expect(code).toBe(0);
    expect(stderr).toBe('Already so: update dashboard "Checkout latency". Nothing was sent.\n');
    expect(roomState(cli, 'datadog')).toBe(before);
  });

  it('changes one field and leaves the document as it is', async () => {
    const body = async () => JSON.parse((await cli(`dashboards export ${ref}`)).stdout) as Row;
    const before = await body();
    await rows(cli, ['dashboards', 'update', ref, '--description', 'Other words', '--tag', 'team:web']);
    const after = await body();
    expect(after).toEqual({
      ...before,
      description: 'Other words',
      tags: ['team:web'],
      modified_at: after['modified_at'],
    });
  });

  it('takes a whole document from a file or stdin', async () => {
    const document = { title: 'All new', layout_type: 'ordered', widgets: [], tags: [] };
    const [changed] = await rows(cli, `dashboards update ${ref} --file -`, {
      stdin: JSON.stringify(document),
    });
    expect(changed).toMatchObject({ title: 'All new', description: null, tags: [] });
  });
});

describe('delete and restore', () => {
  const cli = createCli();

  it('puts Datadog dashboards into the trash and takes them back, many at once through a pipe', async () => {
    const list = await cli('dashboards list -p sandbox-datadog --no-shared --fields ref');
    const refs = list.stdout.trimEnd().split('\n');
    expect(refs.length).toBeGreaterThan(1);
    const deleted = await cli(`dashboards delete - --confirm ${refs.length} --fields ref`, {
      stdin: list.stdout,
    });
    expect(deleted).toMatchObject({ code: 0, stdout: list.stdout });
    expect(await cli('dashboards list -p sandbox-datadog --no-shared')).toMatchObject({
      code: 0,
      stdout: '',
    });
    const trash = (await cli('dashboards list -p sandbox-datadog --deleted --fields ref')).stdout.split('\n');
    expect(trash).toEqual(expect.arrayContaining(refs));

    const restored = await cli('dashboards restore - --fields ref', { stdin: list.stdout });
    expect(restored).toMatchObject({ code: 0, stdout: list.stdout });
    expect((await cli('dashboards list -p sandbox-datadog --no-shared --fields ref')).stdout).toBe(
      list.stdout,
    );
  });

  it('is content when a dashboard is already back', async () => {
    const { code, stderr } = await cli('dashboards restore sandbox-datadog/t5y-1gk-9bc');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Already so: /m);
  });

  it('changes nothing with --fail-fast when one of several is missing', async () => {
    const before = (await cli('dashboards list -p sandbox-datadog --fields ref')).stdout;
    const words = 'sandbox-datadog/t5y-1gk-9bc sandbox-datadog/aaa-bbb-ccc';
    const failed = await cli(`dashboards delete ${words} --fail-fast --confirm 2`);
    expect(failed).toMatchObject({ code: 6, stdout: '' });
    expect(failed.stderr).toContain('aaa-bbb-ccc');
    expect((await cli('dashboards list -p sandbox-datadog --fields ref')).stdout).toBe(before);
  });

  it('names Datadog where another provider has no trash', async () => {
    const { code, stderr } = await cli('dashboards restore sandbox-grafana/checkout-latency');
    expect(code).toBe(2);
    expect(stderr).toContain('Grafana has no "dashboards restore"; Datadog');
  });
});

describe('dashboards of several accounts', () => {
  const cli = createCli();
  const words =
    'dashboards delete sandbox-datadog/t5y-1gk-9bc sandbox-grafana/abandoned sandbox-grafana/uriage';

  it('are deleted together or not at all: their number is that of all', async () => {
    await cli('dashboards list -p sandbox');
    const before = [roomState(cli, 'datadog'), roomState(cli, 'grafana')];
    for (const flags of ['', ' --yes', ' --confirm 2', ' --yes --confirm 1'])
      expect({ flags, ...(await cli(words + flags)) }).toMatchObject({ flags, code: 8, stdout: '' });
    const [dry] = await rows(cli, `${words} --dry-run`);
    const requests = (dry?.['requests'] ?? []) as { url: string }[];
    expect(requests.map(({ url }) => url.replace(/^http:..[^/]+/, ''))).toEqual([
      '/datadog/api/v1/dashboard/t5y-1gk-9bc',
      '/grafana/api/dashboards/uid/abandoned',
      '/grafana/api/dashboards/uid/uriage',
    ]);
    expect([roomState(cli, 'datadog'), roomState(cli, 'grafana')]).toEqual(before);

    const deleted = await rows(cli, `${words} --confirm 3`);
    expect(deleted.map((row) => row['ref'])).toEqual(words.split(' ').slice(2));
    for (const ref of words.split(' ').slice(2))
      expect(await cli(`dashboards get ${ref}`)).toMatchObject({ code: 6 });
  });
});

describe('clone', () => {
  it('copies everything but identity and title', async () => {
    const cli = createCli();
    const [copy] = await rows(cli, [
      'dashboards',
      'clone',
      'sandbox-datadog/c4t-9kx-2mq',
      '--title',
      'A copy',
    ]);
    expect(copy).toMatchObject({ title: 'A copy', tags: ['team:payments', 'team:sre'] });
    const text = async (ref: string) => JSON.parse((await cli(`dashboards export ${ref}`)).stdout) as Row;
    const [original, cloned] = [await text('sandbox-datadog/c4t-9kx-2mq'), await text(String(copy?.['ref']))];
    expect(cloned['id']).not.toBe(original['id']);
    expect(withoutWidgetIds(cloned['widgets'])).toEqual(withoutWidgetIds(original['widgets']));
    expect(cloned['template_variables']).toEqual(original['template_variables']);
    expect(await cli('dashboards clone sandbox-datadog/c4t-9kx-2mq')).toMatchObject({ code: 2 });
  });
});

describe.each([
  ['sandbox-datadog', 'c4t-9kx-2mq'],
  ['sandbox-grafana', 'checkout-latency'],
])('export and import of %s', (profile, id) => {
  const cli = createCli();
  const folder = join(cli.home, 'backup');

  it('gives the same bytes twice, on stdout and in a file', async () => {
    const first = await cli(`dashboards export ${profile}/${id}`);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect((await cli(`dashboards export ${profile}/${id}`)).stdout).toBe(first.stdout);
    const saved = await cli(`dashboards export ${profile}/${id} --dir ${folder}`);
    expect(saved.stdout).toBe(`${join(folder, id)}.json\n`);
    expect(readdirSync(folder)).toEqual([`${id}.json`]);
    expect(readFileSync(join(folder, `${id}.json`), 'utf8')).toBe(first.stdout);
  });

  it('comes back equal but for what the server owns', async () => {
    const exported = JSON.parse((await cli(`dashboards export ${profile}/${id}`)).stdout) as Row;
    if (profile === 'sandbox-grafana') {
      // A uid is the document's own there: the dashboard must be gone first.
      const { code, stderr } = await cli(`dashboards import ${join(folder, id)}.json -p ${profile}`);
      expect(code).toBe(7);
      expect(stderr).toContain('There is a dashboard of this id already');
      await rows(cli, `dashboards delete ${profile}/${id} --yes`);
    }
    const [made] = await rows(cli, `dashboards import ${join(folder, id)}.json -p ${profile}`);
    expect(made?.['id'] === id).toBe(profile === 'sandbox-grafana');
    const again = JSON.parse((await cli(`dashboards export ${String(made?.['ref'])}`)).stdout) as Row;
    expect(strip(again)).toEqual(strip(exported));
  });

  it('imports the good ones of several files and names the others', async () => {
    mkdirSync(folder, { recursive: true });
    const fresh = { title: 'Fresh', layout_type: 'ordered', widgets: [] };
    writeFileSync(join(folder, 'fresh.json'), JSON.stringify(fresh));
    writeFileSync(join(folder, 'bad.json'), '{"title": ');
    const words = [join(folder, 'fresh.json'), join(folder, 'bad.json'), join(folder, 'none.json')];
    const { code, stdout, stderr } = await cli([
      'dashboards',
      'import',
      ...words,
      '-p',
      profile,
      '--fields',
      'ref',
    ]);
    expect(code).toBe(4);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('bad.json');
    expect(stderr).toContain('none.json');
    expect(stderr).toContain('2 of 3 files were not imported.');
  });

  it('writes one file per dashboard and needs a folder for several', async () => {
    const { stdout } = await cli(`dashboards list -p ${profile} --limit 3 --fields ref`);
    expect(await cli('dashboards export -', { stdin: stdout })).toMatchObject({ code: 2, stdout: '' });
    const dir = join(cli.home, 'all');
    const saved = await cli(`dashboards export - --dir ${dir}`, { stdin: stdout });
    expect(saved.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(readdirSync(dir)).toHaveLength(3);
    for (const file of readdirSync(dir))
      expect(() => JSON.parse(readFileSync(join(dir, file), 'utf8')) as unknown).not.toThrow();
  });
});

/** What Datadog and Grafana own in a document, at the top and in the widgets. */
function strip(document: Row): unknown {
  const owned = [
    'id',
    'uid',
    'url',
    'version',
    'author_handle',
    'author_name',
    'created_at',
    'modified_at',
    'meta',
  ];
  const dashboard = document['dashboard'];
  const inner =
    typeof dashboard === 'object' && dashboard !== null ? { dashboard: strip(dashboard as Row) } : {};
  const rest = Object.fromEntries(
    Object.entries({ ...document, ...inner }).filter(([key]) => !owned.includes(key)),
  );
  return 'widgets' in rest ? { ...rest, widgets: withoutWidgetIds(rest['widgets']) } : rest;
}

function withoutWidgetIds(widgets: unknown): unknown {
  return JSON.parse(
    JSON.stringify(widgets, (key, value: unknown) => (key === 'id' ? undefined : value)),
  ) as unknown;
}
