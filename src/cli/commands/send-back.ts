import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { SendBackOptions } from '../send-back-plan.ts';

export function addSendBack(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'send-back <run>',
    summary: 'Send the plan a run waits with back to the planner, with feedback.',
    description:
      'The planner gets its plan and all feedback so far, and makes a new revision, which waits for you again under a hash of its own. ' +
      'Feedback never approves, whatever it says. With a server running the run goes on there; without one this command drives the run ' +
      'until it waits or ends.',
    examples: [
      [
        'runyard send-back 4k2j --plan 1f0c2a9b7d3e --feedback "Keep the old name as an alias"',
        'the plan with that hash (runyard plan 4k2j prints it)',
      ],
      ['runyard send-back 4k2j --plan 1f0c2a9b7d3e --feedback - < notes.md', 'feedback from standard input'],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'timedOut', 'cancelled'],
  })
    .requiredOption('--plan <hash>', 'the plan that is meant')
    .requiredOption('--feedback <text>', 'what it should do differently ("-" reads standard input)')
    .option('--follow', 'watch the run until it waits again or ends, also when a server drives it')
    .action((id: string, options: SendBackOptions & CommonOptions) =>
      act(context, options, async () =>
        (await import('../send-back-plan.ts')).sendBackPlan(context, id, options),
      ),
    );
}
