import { type Command, Option } from 'commander';
import { logSources } from '../../domain/log-lines.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { defineCommand } from '../define-command.ts';
import type { LogsOptions } from '../print-logs.ts';

export function addLogs(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'logs <run>',
    summary: 'Print everything that happened in a run.',
    examples: [
      ['runyard logs 4k2j', 'all events so far'],
      ['runyard logs 4k2j --follow', 'and those to come, until the run has ended or waits for a person'],
      ['runyard logs 4k2j --source agent', 'only what agents said and did'],
      ['runyard logs 4k2j --json', 'one event per line, for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--follow', 'wait for more until the run has ended or waits for a person')
    .addOption(new Option('--source <source>', 'only what comes from there').choices(logSources))
    .action((id: string, options: LogsOptions) =>
      act(context, options, async () => (await import('../print-logs.ts')).printLogs(context, id, options)),
    );
}
