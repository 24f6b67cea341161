import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { VerifyOptions } from '../verify-change.ts';

export function addVerify(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'verify',
    summary: 'Run the checks of a repository on a change and compare them with its base.',
    description:
      'What a run does before it delivers, alone: no model, no key, no server, no database. Problems that were there on the base commit are ' +
      'told apart from those the change made, so it can guard a repository whose checks are not all green.',
    examples: [
      ['runyard verify --repo . --base main', 'the commit that is checked out, against main'],
      [
        'runyard verify --repo . --base HEAD --worktree',
        'what is changed and not committed, against the last commit',
      ],
      ['runyard verify --repo . --base origin/main --head feature --json', 'the whole verdict for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .requiredOption('--repo <path>', 'the repository')
    .requiredOption('--base <revision>', 'what to compare with')
    .option('--head <revision>', 'the change (default: HEAD)')
    .option('--worktree', 'the change is what stands in the work tree now')
    .option('--fresh', 'run the checks although the same was verified before and its result is kept')
    .option(
      '--keep-going',
      'run every check, also those that are left out once the change is known to be worse',
    )
    .action((options: VerifyOptions & CommonOptions) =>
      act(context, options, async () => (await import('../verify-change.ts')).verifyChange(context, options)),
    );
}
