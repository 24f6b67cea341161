import { caseTables } from './case-tables.ts';
import type { CompletedCommand } from './completion-facts.ts';

/** For a file `_runyard` in fpath, or `source <(runyard completions zsh)` after compinit. */
export function zshScript(facts: readonly CompletedCommand[]): string {
  const { paths, choice } = caseTables(facts);
  return `#compdef runyard
# Completes runyard in zsh. Made by: runyard completions zsh
_runyard() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" at='' offer='' i
  for ((i = 2; i < CURRENT; i++)); do
    case "\${at:+$at }\${words[i]}" in
      ${paths}) at="\${at:+$at }\${words[i]}" ;;
    esac
  done
${choice}
  case "$offer" in
    @files) _files ;;
    @runs) compadd -- \${(f)"$("\${words[1]}" completions run-ids 2>/dev/null)"} ;;
    *) compadd -- \${=offer} ;;
  esac
}
if [[ $funcstack[1] == _runyard ]]; then _runyard "$@"; else compdef _runyard runyard; fi
`;
}
