import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { countUpTo } from '../parse-count.ts';

interface DiffOptions extends CommonOptions {
  readonly attempt?: number;
}

const MOST_ATTEMPTS = 1_000_000;

export function addDiff(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'diff <run>',
    summary: 'Print the change of a run, or of its best attempt so far.',
    examples: [
      ['runyard diff 4k2j', 'the change as a unified diff'],
      ['runyard diff 4k2j --attempt 1', 'what its first attempt changed against the base commit'],
      ['runyard diff 4k2j > change.patch', 'as a file that git apply takes'],
      ['runyard diff 4k2j --json', 'with the lines added and deleted per file'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--attempt <number>', 'the change of this attempt', countUpTo(MOST_ATTEMPTS))
    .action((id: string, options: DiffOptions) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { renderDiff } = await import('../render/diff.ts');
        const { attempt } = options;
        return withSession(context, { options, drive: false }, async ({ api }) => {
          const answer = await api.diff(id, attempt === undefined ? {} : { attempt });
          const { terminal, stdoutIsTerminal } = context;
          if (options.json) terminal.out(JSON.stringify(answer));
          else if (answer.diff === '')
            terminal.err(attempt === undefined ? 'The run changed nothing.' : 'The attempt changed nothing.');
          else terminal.out(stdoutIsTerminal ? renderDiff(answer.diff, terminal.style) : answer.diff);
          if (answer.truncated && !options.json)
            terminal.err('The diff is too large to show whole; see it with git in the repository.');
          return exitCodes.succeeded.code;
        });
      }),
    );
}
