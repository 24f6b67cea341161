import { type Command, InvalidArgumentError } from 'commander';
import { mostEventsPerPage } from '../../api/contract.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { defineCommand } from '../define-command.ts';
import type { EventsOptions } from '../print-system-events.ts';

export function addEvents(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'events',
    summary: 'Print what happened to the system and not to one run: nodes, breakers, orphans, retention.',
    examples: [
      ['runyard events', 'the newest, the last one at the end'],
      ['runyard events --type orphans.found --limit 200', 'what the reaper found'],
      ['runyard events --follow', 'and those to come, until it is interrupted'],
      ['runyard events --json', 'one event per line, for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--limit <count>', 'at most so many', parseLimit, 50)
    .option('--type <type>', 'only those of a type, such as node.lost')
    .option('--subject <subject>', 'only those about a subject, such as provider:anthropic')
    .option('--follow', 'wait for more until interrupted')
    .action((options: EventsOptions) =>
      act(context, options, async () =>
        (await import('../print-system-events.ts')).printSystemEvents(context, options),
      ),
    );
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostEventsPerPage) return limit;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostEventsPerPage}.`);
}
