/** The shell parts of docs/ci.md run as a runner would run them, against a started sandbox. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createHome } from '../support/binary.ts';
import { testSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/ci.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, text]) => ({
  language,
  text: text ?? '',
}));

/** The shell lines of a workflow, without the installation, which test/e2e/package.test.ts does from the package. */
function shellOf(yaml: string): string {
  const found: string[] = [];
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string' && (key === 'run' || key === 'script')) found.push(value.trimEnd());
    else if (Array.isArray(value)) for (const one of value) walk(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) walk(one, name);
  };
  walk(parse(yaml), '');
  return found.filter((line) => !line.startsWith('npm install')).join('\n');
}

let account: TestSandbox;
beforeAll(async () => {
  account = await testSandbox({ only: ['datadog', 'grafana'] });
});
afterAll(() => account.close());

describe('the pipelines of docs/ci.md', () => {
  const cases = [
    { name: 'GitHub Actions', room: 'datadog', block: blocks[0], left: /links are open without an end$/m },
    { name: 'GitLab', room: 'grafana', block: blocks[1], left: /^\d+$/m },
    { name: 'scripts under test', room: null, block: blocks[2], left: /^true$/m },
  ];

  it('are all here', () => {
    expect(blocks.map((block) => block.language)).toEqual(['yaml', 'yaml', 'sh']);
  });

  it.each(cases)('run as $name runs them', async ({ room, block, left }) => {
    const home = createHome();
    const env = room === null ? {} : { DASHCTL_PROVIDER: room, ...account.room(room).env };
    const text = block?.text ?? '';
    const script = block?.language === 'yaml' ? shellOf(text) : text;
    writeFileSync(join(home.folder, 'script'), script);
    const { code, stdout, stderr } = await home.shell('bash -eo pipefail script', {
      env: { ...env, CI: 'true' },
    });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(left);
    for (const secret of Object.entries(env).filter(([name]) => /KEY|PASSWORD|TOKEN/.test(name))) {
      expect(stdout + stderr).not.toContain(secret[1]);
    }
  });
});
