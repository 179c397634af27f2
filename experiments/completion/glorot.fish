# Completion of glorot for fish: glorot completion fish | source

function __glorot_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l replies ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test (count $replies) -gt 0
        printf '%s\n' $replies
    else
        __fish_complete_path (commandline -ct)
    end
end

complete -c glorot -f -a '(__glorot_complete)'
