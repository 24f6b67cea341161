import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { ChecksOptions } from '../list-checks.ts';

export function addChecks(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'checks',
    summary: 'Show which checks a repository has, why, and what would run in which order.',
    description:
      'What a verification would do, decided by the same code: nothing is installed or run. In a monorepo the packages that a change affects ' +
      'are named with the reason. What looks like a check and is left out is said too. docs/checks.md has the rules.',
    examples: [
      ['runyard checks --repo .', 'the commit that is checked out, every package'],
      ['runyard checks --repo . --base main', 'only what the changes since main can turn'],
      ['runyard checks --repo . --worktree --changed packages/a/src/x.ts', 'as if that file had changed'],
      ['runyard checks --repo . --json', 'the same for programs: {"checks": [...], "install": ..., ...}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .requiredOption('--repo <path>', 'the repository')
    .option('--base <revision>', 'what the change is compared with')
    .option('--changed <file...>', 'take these files for changed, relative to the root')
    .option('--worktree', 'the files as they stand in the work tree now')
    .action((options: ChecksOptions & CommonOptions) =>
      act(context, options, async () => (await import('../list-checks.ts')).listChecks(context, options)),
    );
}
