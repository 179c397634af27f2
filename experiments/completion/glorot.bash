# Completion of glorot for bash: source <(glorot completion bash)

_glorot() {
    local words=() n=0 i piece line head='' replies=()
    for ((i = 1; i <= COMP_CWORD; i++)); do # bash divides words at =
        piece=${COMP_WORDS[i]}
        if ((n > 0)) && [[ $piece == = || ${COMP_WORDS[i - 1]} == = ]]; then
            words[n - 1]+=$piece
        else
            words[n]=$piece
            n=$((n + 1))
        fi
    done
    while IFS= read -r line; do
        replies+=("${line%%$'\t'*}")
    done < <("$1" __complete -- "${words[@]}" 2>/dev/null)
    local typed=${words[n - 1]}
    if [[ $COMP_WORDBREAKS == *=* && $typed == *=* ]]; then
        head=${typed%"${typed##*=}"}
    fi
    COMPREPLY=("${replies[@]#"$head"}")
    if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=/] ]]; then
        compopt -o nospace
    fi
}

complete -o default -F _glorot glorot
