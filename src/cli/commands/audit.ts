import { type Command, InvalidArgumentError } from 'commander';
import { mostAuditEntriesPerPage } from '../../api/contract.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { defineCommand } from '../define-command.ts';
import type { AuditOptions } from '../print-audit.ts';
import { parseTime } from './runs.ts';

export function addAudit(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'audit',
    summary: 'Print who did what with privileges, when, from where, and with which result; the newest first.',
    description: 'The log is append-only: the database refuses to change or remove an entry.',
    examples: [
      ['runyard audit', 'the last 20 entries'],
      ['runyard audit --since 2026-11-01 --actor anna', 'what anna did since then'],
      ['runyard audit --target run:4k2j8m1q0p3z', 'what was done to a run'],
      ['runyard audit --json --limit 200', 'for programs: {"entries": [...], "next": 123}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--actor <name>', 'only what this person or token did')
    .option('--action <operation>', 'only this operation, such as cancelRun')
    .option('--target <target>', 'only what was done to this: run:<id>, token:<id>')
    .option('--since <time>', 'only then or later (2026-11-21, 2026-11-21T08:00Z)', parseTime)
    .option('--until <time>', 'only before that', parseTime)
    .option('--reads', 'also what only read the audit log or the list of tokens')
    .option('--limit <count>', 'at most so many', parseCount(mostAuditEntriesPerPage), 20)
    .option('--before <id>', 'the page after this entry', parseCount(Number.MAX_SAFE_INTEGER))
    .action((options: AuditOptions) =>
      act(context, options, async () => (await import('../print-audit.ts')).printAudit(context, options)),
    );
}

function parseCount(most: number) {
  return (text: string): number => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}
