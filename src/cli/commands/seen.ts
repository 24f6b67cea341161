import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addSeen(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'seen <run>',
    summary: 'Say that you have looked at a run that ended: it needs nobody any more.',
    description:
      'runyard status and the dashboard name a failed run until somebody has said so. The first to say so is kept.',
    examples: [
      ['runyard seen 4k2j', 'take it off the list of what needs you'],
      ['runyard seen 4k2j --json', 'for programs: {"run": "...", "by": "...", "at": "..."}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((id: string, options: CommonOptions) =>
    act(context, options, async () => {
      const { oneLine } = await import('../clean.ts');
      const { printAnswer } = await import('../print-answer.ts');
      return printAnswer(context, options, {
        ask: ({ api }) => api.views.seen(id, { by: context.user }),
        render: ({ run, by, at }) =>
          `Run ${run} was seen by ${oneLine(by, 60)}, ${at.slice(0, 16).replace('T', ' ')} UTC.`,
      });
    }),
  );
}
