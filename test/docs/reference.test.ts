import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandName } from '../../src/cli/definition.ts';
import { commandPage, nounPage, optionSections, rootPage } from '../../src/cli/help.ts';
import { nouns } from '../../src/cli/nouns.ts';
import { topicNames } from '../../src/cli/topic-names.ts';
import { topicPage } from '../../src/cli/topics.ts';
import { manPage, markdown } from './help-pages.ts';
import type { HelpPage } from '../../src/cli/help-page.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const notice = '<!-- Written from the command definitions by `npm run docs`; a change here is lost. -->\n\n';
const named = await Promise.all(nouns.map(async (noun) => ({ noun, commands: await noun.load() })));
const topics = await Promise.all(
  Object.keys(topicNames()).map(async (topic) => {
    const page = await topicPage(topic);
    if (page === null) throw new Error(`${topic} has no page`);
    return [topic, page] as const;
  }),
);

/** The page of dashctl itself, with the options that all commands share. */
const start: HelpPage = {
  ...rootPage(),
  sections: [
    ...rootPage().sections,
    ...optionSections(null).map((section) => ({
      ...section,
      title: `${section.title} options`,
      common: false,
    })),
  ],
};

describe('the reference', () => {
  it.each(named)('holds $noun.name with all its verbs', async ({ noun, commands }) => {
    const text = [
      markdown(`dashctl ${noun.name}`, nounPage(noun, commands), 1),
      ...commands
        .filter((command) => command.verb !== '')
        .map((command) => markdown(`dashctl ${commandName(command)}`, commandPage(command), 2)),
    ].join('\n');
    await expect(notice + text).toMatchFileSnapshot(`../../docs/reference/${noun.name}.md`);
  });

  it('holds the topics', async () => {
    const text = ['# Topics\n', ...topics.map(([topic, page]) => markdown(topic, page, 2))].join('\n');
    await expect(notice + text).toMatchFileSnapshot('../../docs/reference/topics.md');
  });

  it('has an index', async () => {
    const text = [
      markdown('Reference', start, 1),
      ...named.map(({ noun }) => `- [${noun.name}](${noun.name}.md): ${noun.summary}`),
      '- [topics](topics.md): what `dashctl help TOPIC` says',
      '',
    ].join('\n');
    await expect(notice + text).toMatchFileSnapshot('../../docs/reference/README.md');
  });

  it('holds no page of a noun that is gone', () => {
    const expected = [...nouns.map((noun) => `${noun.name}.md`), 'README.md', 'topics.md'];
    expect(readdirSync(resolve(docs, 'reference')).sort()).toEqual(expected.sort());
    const pages = ['dashctl.1', ...nouns.map((noun) => `dashctl-${noun.name}.1`)];
    expect(readdirSync(resolve(docs, 'man')).sort()).toEqual(pages.sort());
  });
});

describe('the man pages', () => {
  it('are there for dashctl itself, with the topics', async () => {
    await expect(manPage('dashctl', start, topics)).toMatchFileSnapshot('../../docs/man/dashctl.1');
  });

  it.each(named)('are there for $noun.name', async ({ noun, commands }) => {
    const text = manPage(
      `dashctl-${noun.name}`,
      nounPage(noun, commands),
      commands
        .filter((command) => command.verb !== '')
        .map((command) => [command.verb, commandPage(command)] as const),
    );
    await expect(text).toMatchFileSnapshot(`../../docs/man/dashctl-${noun.name}.1`);
  });

  it.runIf(hasGroff())('are understood by groff without a warning', () => {
    for (const page of readdirSync(resolve(docs, 'man'))) {
      const said = execFileSync(
        'sh',
        ['-c', `groff -man -Tutf8 -ww "$1" 2>&1 >/dev/null`, 'sh', resolve(docs, 'man', page)],
        { encoding: 'utf8' },
      );
      expect({ page, said }).toEqual({ page, said: '' });
    }
  });
});

/** Without groff nothing can judge the pages. CI's image may lack it; the pages themselves are held by the drift check. */
function hasGroff(): boolean {
  try {
    execFileSync('groff', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
