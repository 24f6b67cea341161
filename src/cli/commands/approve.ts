import type { Command } from 'commander';
import { act } from '../act.ts';
import type { ApproveOptions } from '../approve-run.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addApprove(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'approve <run>',
    summary:
      'Approve what a run waits for: a plan, a change that a guard asks about, or one that could not be verified.',
    description:
      'An approval names exactly what it is for, so that nothing else can slip in. With a server running the run goes on there; ' +
      'without one this command drives the run to its end.',
    examples: [
      ['runyard approve 4k2j --plan 1f0c2a9b7d3e', 'the plan with that hash (runyard show 4k2j prints it)'],
      ['runyard approve 4k2j --unverified 9c1d2e3f4a5b', 'deliver this commit although no check could run'],
      ['runyard approve 4k2j --change 9c1d2e3f4a5b', 'deliver this commit although a guard asks about it'],
      ['runyard approve 4k2j --plan 1f0c2a9b7d3e --follow', 'and watch the run to its end'],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'timedOut', 'cancelled'],
  })
    .option('--plan <hash>', 'approve the plan with this hash')
    .option('--change <commit>', 'accept this commit although a guard asks about it')
    .option('--unverified <commit>', 'accept this commit without verification')
    .option('--follow', 'watch the run to its end, also when a server drives it')
    .action((id: string, options: ApproveOptions & CommonOptions) =>
      act(context, options, async () => (await import('../approve-run.ts')).approveRun(context, id, options)),
    );
}
