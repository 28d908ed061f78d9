import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand } from '../../cli/definition.ts';
import { many, text } from '../../cli/options.ts';
import { DashctlError } from '../../errors.ts';
import { fileError } from '../../files/index.ts';
import { capability, lacks } from '../capability.ts';
import { manyOptions, openLedger, readEach } from '../bulk.ts';
import { namedTargets } from '../targets.ts';
import type { NamedTarget } from '../targets.ts';

export const exportCommand = defineCommand({
  noun: 'dashboards',
  verb: 'export',
  summary: 'Write dashboards to files, without loss',
  description: [
    "The provider's own document, indented and otherwise unchanged: exporting twice gives the same bytes. Without --dir one dashboard goes to stdout.",
  ],
  args: {
    dashboards: many('DASHBOARD', 'Ids, references or addresses; - reads them from stdin', 'dashboard'),
  },
  options: {
    dir: text('DIR', 'Folder for one file per dashboard, named by its id', 'file'),
    ...manyOptions,
  },
  examples: [
    { note: 'To stdout', command: 'dashctl dashboards export sandbox-grafana/checkout-latency' },
    {
      note: 'Everything, one file each',
      command:
        'dashctl dashboards list -p sandbox-datadog --fields ref -o tsv | dashctl dashboards export - --dir backup',
    },
  ],
  accounts: 'one',
  operations: [
    { provider: 'datadog', request: 'GET /api/v1/dashboard/{dashboard_id}' },
    { provider: 'grafana', request: 'GET /api/dashboards/uid/{uid}' },
  ],
  async run(context, input) {
    const targets = await namedTargets(context, await context.expand(input.dashboards), 'dashboard');
    const [only, ...others] = targets;
    if (others.length > 0 && input.dir === null) {
      throw new DashctlError('usage', 'Several dashboards need a folder.', { hint: 'Add --dir DIR.' });
    }
    const read = ({ provider, id }: NamedTarget): Promise<string> => {
      const dashboards = capability(provider, 'dashboards');
      if (dashboards.exportText === undefined) throw lacks(provider.account, 'dashboards', 'export');
      return dashboards.exportText(id);
    };
    if (only !== undefined && input.dir === null) {
      await context.renderer.bytes(new TextEncoder().encode(await read(only)));
      return;
    }
    const dir = input.dir ?? '.';
    const ledger = await openLedger(context, targets, ['dashboards', 'exported'], input);
    const saving = async (target: NamedTarget): Promise<string> => save(dir, target.id, await read(target));
    for await (const file of readEach(context, targets, ledger, saving)) await context.renderer.text(file);
    await ledger.close();
  },
});

/** Ids match their provider's pattern by now, so they are safe as file names but for the names Windows reserves. */
async function save(folder: string, id: string, document: string): Promise<string> {
  const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(id);
  const file = join(folder, `${reserved ? '_' : ''}${id}.json`);
  const temporary = `${file}.part`;
  try {
    await mkdir(folder, { recursive: true });
    await rm(temporary, { force: true });
    await writeFile(temporary, document, { flag: 'wx' });
    // Renaming replaces a link instead of following it, and leaves the old file or the new one, never half of one.
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError('write', file, error);
  }
  return file;
}
