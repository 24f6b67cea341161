import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addLogs(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'logs <run>',
    summary: 'Print everything that happened in a run.',
    examples: [
      ['runyard logs 4k2j', 'all events so far'],
      ['runyard logs 4k2j --follow', 'and those to come, until the run has ended or waits for a person'],
      ['runyard logs 4k2j --json', 'one event per line, for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--follow', 'wait for more until the run has ended or waits for a person')
    .action((id: string, options: CommonOptions & { follow?: true }) =>
      act(context, options, async () => (await import('../print-logs.ts')).printLogs(context, id, options)),
    );
}
