import type { Command } from 'commander';
import { act } from '../act.ts';
import type { AnswerOptions } from '../answer-questions.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addAnswer(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'answer <run> <answers...>',
    summary: 'Answer what the planner of a run asks.',
    description:
      'The planner revises the plan with the answers; a question you leave out it decides itself. An answer never approves: where plans ' +
      'wait for approval, the revision does too. With a server running the run goes on there; without one this command drives it.',
    examples: [
      [
        'runyard answer 4k2j "1=Metres" "2=No, keep it"',
        'by number (runyard plan 4k2j prints the questions)',
      ],
      ['runyard answer 4k2j "Which unit?=Metres"', 'by the question itself'],
      ['runyard answer 4k2j --plan 1f0c2a9b7d3e "1=Metres"', 'only if that is the plan that waits'],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'timedOut', 'cancelled'],
  })
    .option('--plan <hash>', 'the plan that is meant; without it: the one that waits now')
    .option('--follow', 'watch the run until it waits again or ends, also when a server drives it')
    .action((id: string, written: string[], options: AnswerOptions & CommonOptions) =>
      act(context, options, async () =>
        (await import('../answer-questions.ts')).answerQuestions(context, { id, written }, options),
      ),
    );
}
