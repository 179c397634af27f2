#compdef glorot
# Completion of glorot for zsh: source <(glorot completion zsh), after compinit

_glorot() {
    local line
    local -a replies whole begun
    replies=("${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $replies; do
        line=${line%%$'\t'*}
        if [[ $line == *[=/] ]]; then
            begun+=("$line")
        else
            whole+=("$line")
        fi
    done
    if (( $#whole + $#begun == 0 )); then
        _files
        return
    fi
    compadd -a whole
    compadd -S '' -a begun
}

compdef _glorot glorot
