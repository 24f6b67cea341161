import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addCancel(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'cancel <run>',
    summary: 'End a run. Its work is saved first, then all its processes are ended.',
    examples: [
      ['runyard cancel 4k2j', 'end it and wait until it has ended'],
      ['runyard cancel 4k2j --reason "the ticket was withdrawn"', 'with a reason for the record'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--reason <text>', 'why, for the record', 'cancelled at the command line')
    .action((id: string, options: CommonOptions & { reason: string }) =>
      act(context, options, async () => (await import('../cancel-run.ts')).cancelRun(context, id, options)),
    );
}
