# bash completion for dutywatch: verbs, options, and the names of sources, rules and channels.
#
# Verbs and options come from --help, so that this file need not know them; names come from status --json, and there are
# none before something was judged.

_dutywatch_conf()
{
    local i conf=/etc/dutywatch/dutywatch.conf

    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
            -c | --config) conf=${words[i + 1]} ;;
        esac
    done
    printf '%s\n' "${conf/#\~\//$HOME/}"
}

# How many words before the current one are no options.
_dutywatch_given()
{
    local i n=0

    for ((i = 2; i < cword; i++)); do
        case ${words[i]} in
            -c | --config | --state-dir | --rule | --until | --reason | --end | --period | --to | --sort | --unit | --office | --owner | --case | --out | --place) ((i++)) ;;
            --within | --status | --severity | --min-amount | --limit | --today | --show | --sql | --explain | --effective | --run | --junit | --new) ((i++)) ;;
            -*) ;;
            *) ((n++)) ;;
        esac
    done
    echo $n
}

# The first column of a help text below a heading: "verbs" or the options of a verb.
_dutywatch_words()
{
    "${words[0]}" "$@" --help 2>/dev/null | sed -n 's/^    \([a-z-]\+\).*/\1/p'
}

# The names of "sources", "rules" or "channels", as status has them.
_dutywatch_names()
{
    "${words[0]}" status --json -c "$(_dutywatch_conf)" 2>/dev/null |
        sed -n "/^  \"$1\": \[/,/^  \]/"'{ s/^      "id": "\(.*\)".*/\1/p; s/^    "\(.*\)".*/\1/p; }'
}

_dutywatch()
{
    local cur prev words cword verb

    if declare -F _init_completion >/dev/null; then
        _init_completion || return
    else
        words=("${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=${words[cword]}
        prev=${words[cword - 1]}
    fi
    COMPREPLY=()
    if ((cword == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$(_dutywatch_words | grep -v '^-') --help --version" -- "$cur")
        return
    fi
    verb=${words[1]}
    case $prev in
        -c | --config | --junit) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        --state-dir | --out) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
        --rule | --sql | --new) mapfile -t COMPREPLY < <(compgen -W "$(_dutywatch_names rules)" -- "$cur"); return ;;
        --sort) mapfile -t COMPREPLY < <(compgen -W "urgency due amount subject" -- "$cur"); return ;;
        --today) mapfile -t COMPREPLY < <(compgen -W "$(date +%F)" -- "$cur"); return ;;
        --status) mapfile -t COMPREPLY < <(compgen -W "watched open resolved withdrawn all" -- "$cur"); return ;;
        --severity) mapfile -t COMPREPLY < <(compgen -W "info notice warning critical" -- "$cur"); return ;;
        --within) mapfile -t COMPREPLY < <(compgen -W "7 30 90 180 365" -- "$cur"); return ;;
        --unit | --office | --owner | --show | --case | --min-amount | --limit | --place | --run) return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_dutywatch_words "$verb" | grep '^-')" -- "$cur")
        return
    fi
    (($(_dutywatch_given) == 0)) || return
    case $verb in
        calendar) mapfile -t COMPREPLY < <(compgen -W "check show next" -- "$cur") ;;
        pull | release | discard) mapfile -t COMPREPLY < <(compgen -W "$(_dutywatch_names sources)" -- "$cur") ;;
        backup | restore | verify | test) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        send-test) mapfile -t COMPREPLY < <(compgen -W "$(_dutywatch_names channels)" -- "$cur") ;;
    esac
}

complete -F _dutywatch dutywatch
