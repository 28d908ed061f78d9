/**
 * The completion scripts: each hands the line to `dashctl __complete` and the answer to its shell. None evaluates what
 * it gets: candidates are read line by line into arrays, so that text of a server stays text.
 */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof shells)[number];

/** The script of each shell; `completions/` holds the same texts. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  // Quotes and the space behind a word come with the candidates: bash 3.2 has no compopt, and other versions would not
  // quote what is no file name.
  bash: String.raw`# bash completion for dashctl, printed by: dashctl completion bash

_dashctl() {
  local line directive=
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $directive ]] || COMPREPLY+=("$directive")
    directive=$line
  done <<< "$(command dashctl __complete bash "$COMP_TYPE" "$COMP_WORDBREAKS" -- "${'$'}{COMP_LINE:0:COMP_POINT}" 2> /dev/null < /dev/null)"
  if [[ $directive == :files ]]; then
    compopt -o default +o nospace 2> /dev/null
  fi
  return 0
}

complete -o nospace -F _dashctl dashctl
`,

  zsh: String.raw`#compdef dashctl
# zsh completion for dashctl, printed by: dashctl completion zsh

_dashctl() {
  local -a lines values shown space
  local line value tab=$'\t'
  lines=("${'$'}{(@f)$(command dashctl __complete zsh -- "${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}" 2> /dev/null < /dev/null)}")
  case $lines[-1] in
    :files)
      _files
      return
      ;;
    :nospace)
      space=(-S '')
      ;;
  esac
  for line in "${'$'}{(@)lines[1,-2]}"; do
    value=${'$'}{line%%$tab*}
    values+=("$value")
    line=${'$'}{line#*$tab}
    shown+=("$value${'$'}{line:+  -- $line}")
  done
  compadd "${'$'}{space[@]}" -l -d shown -a values
}

if [[ $funcstack[1] == _dashctl ]]; then
  _dashctl "$@"
elif (( $+functions[compdef] )); then
  compdef _dashctl dashctl
fi
`,

  fish: String.raw`# fish completion for dashctl, printed by: dashctl completion fish

function __dashctl_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command dashctl __complete fish -- $before[2..-1] "$current" 2> /dev/null < /dev/null)
    if test "$lines[-1]" = :files
        __fish_complete_path "$current"
    else if test (count $lines) -gt 1
        string join \n -- $lines[1..-2]
    end
end

complete -c dashctl -e
complete -c dashctl -f -a '(__dashctl_complete)'
`,

  // Windows PowerShell drops empty arguments and inner quotes, so the line travels as base64.
  powershell: String.raw`# PowerShell completion for dashctl, printed by: dashctl completion powershell

Register-ArgumentCompleter -Native -CommandName dashctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $typed = $commandAst.Extent.Text.PadRight($length).Substring(0, $length)
    $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($typed))
    $lines = @(& dashctl __complete powershell -- $encoded 2> $null)
    for ($index = 0; $index -lt $lines.Count - 1; $index++) {
        $value, $summary = $lines[$index].Split([char]9, 2)
        if (-not $summary) { $summary = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $summary)
    }
}
`,
};
