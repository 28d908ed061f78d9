import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

/** The packages that a module loads at once, not by a later `import()`. */
async function eagerPackages(file: string): Promise<string[]> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`../../src/output/${file}`, import.meta.url)),
    platform: 'node',
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();

  const chunks = new Map(
    output.filter((item) => item.type === 'chunk').map((chunk) => [chunk.fileName, chunk]),
  );
  const waiting = [...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
  const seen = new Set<string>();
  const packages = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = chunks.get(name);
    if (chunk === undefined || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...chunk.imports);
    for (const id of chunk.moduleIds) {
      const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(id)?.[1];
      if (found !== undefined) packages.add(found);
    }
  }
  return [...packages];
}

test.each(['renderer.ts', 'prompts.ts', 'terminal.ts', 'output.ts'])(
  '%s loads no package until it is used',
  async (file) => {
    expect(await eagerPackages(file)).toEqual([]);
  },
);

test('a table measures text at once, which shows that the check sees packages', async () => {
  expect(await eagerPackages('table.ts')).toContain('string-width');
});
