import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addQueue(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'queue',
    summary: 'Show what waits, in the order it would start, and why it does not start now.',
    examples: [
      ['runyard queue', 'what holds the places, and what waits for which of them'],
      ['runyard queue --json', 'the same for programs: {"waiting": [...], "active": [...], "limits": {...}}'],
    ],
    exits: ['succeeded', 'failed'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => {
      const { withSession } = await import('../with-session.ts');
      const { renderQueue } = await import('../render/queue.ts');
      const { sameDataFlags } = await import('../render/next-commands.ts');
      return withSession(context, { options, drive: false }, async ({ api }) => {
        const queue = await api.queue();
        const { terminal, program: name } = context;
        terminal.out(
          options.json
            ? JSON.stringify(queue)
            : renderQueue(queue, { terminal, program: name, flags: sameDataFlags(options) }),
        );
        return exitCodes.succeeded.code;
      });
    }),
  );
}
