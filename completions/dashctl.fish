# fish completion for dashctl, printed by: dashctl completion fish

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
