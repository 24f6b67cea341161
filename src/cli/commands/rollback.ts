import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addRollback(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'rollback <run>',
    summary: 'Undo what a run delivered.',
    description:
      'By default a new commit on its branch reverts the change. Your own checkout is not touched.',
    examples: [
      ['runyard rollback 4k2j', 'a commit that reverts the change'],
      [
        'runyard rollback 4k2j --reset',
        'set the branch back to the state before the run, as if it had not been',
      ],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--reset', 'set the branch back instead of adding a commit')
    .action((id: string, options: CommonOptions & { reset?: true }) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { clean } = await import('../clean.ts');
        const { renderRollback } = await import('../render/rollback.ts');
        return withSession(context, { options, drive: false }, async ({ api }) => {
          const { terminal, user } = context;
          const answer = await api.rollback(id, { mode: options.reset ? 'reset' : 'revert', by: user });
          if (options.json) terminal.out(JSON.stringify(answer));
          else terminal.out(clean(renderRollback(answer)));
          return exitCodes.succeeded.code;
        });
      }),
    );
}
