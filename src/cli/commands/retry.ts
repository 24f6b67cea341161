import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addRetry(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'retry <run>',
    summary: 'Run the same again: a new run with the ticket, base, ladder and limits of one that has ended.',
    description:
      'It starts from the base as it is named, so from a branch as it stands now. What the old run saved stays with the old run.',
    examples: [
      ['runyard retry 4k2j', 'run it again and follow it'],
      [
        'runyard retry 4k2j --idempotency-key monday',
        'at most one new run of it, however often this is sent',
      ],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'refused', 'timedOut', 'cancelled'],
  })
    .option('--idempotency-key <key>', 'the same key makes one run of it, however often it is sent')
    .action((id: string, options: CommonOptions & { idempotencyKey?: string }) =>
      act(context, options, async () => (await import('../retry-run.ts')).retryRun(context, id, options)),
    );
}
