import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { PlanOptions } from '../show-plans.ts';

export function addPlan(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'plan <run>',
    summary: 'Print the plan of a run, its revisions, and what was said of each.',
    examples: [
      ['runyard plan 4k2j', 'the newest revision in full, and what to do next'],
      ['runyard plan 4k2j --revision 1', 'an earlier one'],
      ['runyard plan 4k2j --compare 1 2', 'what changed between two of them'],
      ['runyard plan 4k2j --compare 1 2 --side-by-side', 'the same in two columns'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--revision <number>', 'print this revision')
    .option('--compare <numbers...>', 'print the difference between two revisions')
    .option('--side-by-side', 'with --compare: in two columns')
    .action((id: string, options: PlanOptions & CommonOptions) =>
      act(context, options, async () => (await import('../show-plans.ts')).showPlans(context, id, options)),
    );
}
