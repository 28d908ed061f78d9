import { scriptCommand } from './script.ts';

export const completionCommands = [
  scriptCommand('bash', 'bash', 'source <(dashctl completion bash)', '~/.bashrc'),
  scriptCommand('zsh', 'zsh', 'source <(dashctl completion zsh)', '~/.zshrc, behind compinit'),
  scriptCommand('fish', 'fish', 'dashctl completion fish | source', '~/.config/fish/config.fish'),
  scriptCommand(
    'powershell',
    'PowerShell',
    'dashctl completion powershell | Out-String | Invoke-Expression',
    '$PROFILE',
  ),
];
