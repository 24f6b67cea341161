import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addWatch(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'watch',
    summary: 'Watch all runs live: state, progress, time, cost, what they wait for.',
    description:
      'On a terminal a table that is drawn anew in place; q or Ctrl-C leaves, and no run is touched. Elsewhere a line for each change.',
    examples: [
      ['runyard watch', 'everything that goes on'],
      ['runyard watch --repository /srv/shop', 'runs of one repository'],
      ['runyard watch --json', 'one event a line, for programs, until it is interrupted'],
    ],
    exits: ['succeeded', 'failed'],
  })
    .option('--repository <source>', 'only runs of this path or URL, as the run names it')
    .action((options: CommonOptions & { repository?: string }) =>
      act(context, options, async () => (await import('../watch/watch-runs.ts')).watchRuns(context, options)),
    );
}
