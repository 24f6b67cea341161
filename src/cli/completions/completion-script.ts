import type { Command } from 'commander';
import { bashScript } from './bash.ts';
import { completionFacts } from './completion-facts.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

/** A script for the shell, made from the commands there are. Only ids of runs are asked for when one completes. */
export function completionScript(shell: string, program: Command): string {
  const facts = completionFacts(program);
  if (shell === 'fish') return fishScript(facts);
  return shell === 'zsh' ? zshScript(facts) : bashScript(facts);
}
