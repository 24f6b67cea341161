import type { Command } from 'commander';
import { act } from '../act.ts';
import type { ApproveOptions } from '../approve-run.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { countUpTo } from '../parse-count.ts';

export function addApprove(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'approve <run>',
    summary:
      'Approve what a run waits for: a plan, a change that a guard or a review holds up or that no check could verify, or going on.',
    description:
      'An approval names exactly what it is for, so that nothing else can slip in; runyard why <run> prints it. With a server running the run goes on there; ' +
      'without one this command drives the run to its end.',
    examples: [
      ['runyard approve 4k2j --plan 1f0c2a9b7d3e', 'the plan with that hash (runyard show 4k2j prints it)'],
      ['runyard approve 4k2j --unverified 9c1d2e3f4a5b', 'deliver this commit although no check could run'],
      [
        'runyard approve 4k2j --change 9c1d2e3f4a5b',
        'deliver this commit although a guard or a review holds it up',
      ],
      ['runyard approve 4k2j --attempt 2', 'what attempt 2 met is mended: verify the same commit again'],
      ['runyard approve 4k2j --attempt 2 --answer "use port 5433"', 'tell the next attempt how to go on'],
      ['runyard approve 4k2j --plan 1f0c2a9b7d3e --follow', 'and watch the run to its end'],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'timedOut', 'cancelled'],
  })
    .option('--plan <hash>', 'approve the plan with this hash')
    .option('--change <commit>', 'accept this commit although a guard or a review holds it up')
    .option('--unverified <commit>', 'accept this commit although no check could verify it')
    .option(
      '--attempt <number>',
      'go on after this attempt, which met what only a person can mend',
      countUpTo(1000),
    )
    .option('--answer <text>', 'what the next attempt is told; without it, the same commit is verified again')
    .option('--follow', 'watch the run to its end, also when a server drives it')
    .action((id: string, options: ApproveOptions & CommonOptions) =>
      act(context, options, async () => (await import('../approve-run.ts')).approveRun(context, id, options)),
    );
}
