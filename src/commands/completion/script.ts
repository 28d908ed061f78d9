import { completionScripts } from '../../cli/completion/scripts.ts';
import { defineCommand } from '../../cli/definition.ts';
import type { Shell } from '../../cli/completion/scripts.ts';
import type { CommandDefinition } from '../../cli/definition.ts';

/**
 * The command that prints the script of one shell.
 * @param line what loads it in that shell
 * @param file where that line belongs
 */
export function scriptCommand(shell: Shell, title: string, line: string, file: string): CommandDefinition {
  return defineCommand({
    noun: 'completion',
    verb: shell,
    summary: `Print the completion script for ${title}`,
    description: [
      `To load it in every ${title}, put this line into ${file}: ${line}.`,
      'The script asks dashctl at each TAB. Dashboards are asked for at their server for one second at most and kept for a minute in the cache folder.',
    ],
    examples: [
      { note: 'Read it', command: `dashctl completion ${shell}` },
      { note: 'Keep it in a file', command: `dashctl completion ${shell} > dashctl-completion` },
    ],
    accounts: 'none',
    async run(context) {
      await context.renderer.text(completionScripts[shell]);
    },
  });
}
