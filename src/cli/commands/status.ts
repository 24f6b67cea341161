import type { Command } from 'commander';
import { longestWindowHours } from '../../api/contract.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { countUpTo } from '../parse-count.ts';

interface StatusOptions extends CommonOptions {
  readonly hours: number;
}

export function addStatus(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'status',
    summary: 'Show what needs you, how runs did, what they cost, and how the system is.',
    examples: [
      ['runyard status', 'what needs you first, then the last 24 hours'],
      ['runyard status --hours 168', 'the last week'],
      ['runyard status --json', 'the same for programs: {"needsYou": [...], "ended": {...}, ...}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--hours <count>', 'runs that ended in the last so many hours', countUpTo(longestWindowHours), 24)
    .action((options: StatusOptions) =>
      act(context, options, async () => (await import('../print-status.ts')).printStatus(context, options)),
    );
}
