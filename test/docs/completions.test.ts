import { describe, expect, it } from 'vitest';
import { completionScripts, shells } from '../../src/cli/completion/scripts.ts';
import { createCli } from '../support/cli.ts';

/** Named as each shell looks for them. */
const files = { bash: 'dashctl.bash', zsh: '_dashctl', fish: 'dashctl.fish', powershell: 'dashctl.ps1' };

describe('the completion scripts in the package', () => {
  it.each(shells)('are what dashctl completion %s prints', async (shell) => {
    const { code, stdout, stderr } = await createCli()(['completion', shell]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: completionScripts[shell], stderr: '' });
    await expect(stdout).toMatchFileSnapshot(`../../completions/${files[shell]}`);
  });
});
