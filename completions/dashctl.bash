# bash completion for dashctl, printed by: dashctl completion bash

_dashctl() {
  local line directive=
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $directive ]] || COMPREPLY+=("$directive")
    directive=$line
  done <<< "$(command dashctl __complete bash "$COMP_TYPE" "$COMP_WORDBREAKS" -- "${COMP_LINE:0:COMP_POINT}" 2> /dev/null < /dev/null)"
  if [[ $directive == :files ]]; then
    compopt -o default +o nospace 2> /dev/null
  fi
  return 0
}

complete -o nospace -F _dashctl dashctl
