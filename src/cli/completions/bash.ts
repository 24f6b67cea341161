import { caseTables } from './case-tables.ts';
import type { CompletedCommand } from './completion-facts.ts';

/** For `source <(runyard completions bash)`. */
export function bashScript(facts: readonly CompletedCommand[]): string {
  const { paths, choice } = caseTables(facts);
  return `# Completes runyard in bash. Made by: runyard completions bash
_runyard() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' offer='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${at:+$at }\${COMP_WORDS[i]}" in
      ${paths}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
    esac
  done
${choice}
  local made=(-W "$offer") word
  case "$offer" in
    @files) made=(-f); compopt -o filenames 2>/dev/null ;;
    @runs) made=(-W "$("\${COMP_WORDS[0]}" completions run-ids 2>/dev/null)") ;;
  esac
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "\${made[@]}" -- "$cur")
}
complete -F _runyard runyard
`;
}
