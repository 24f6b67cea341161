import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addRepositories(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'repositories [repository]',
    summary: 'List the repositories that runs were made for, or show one of them.',
    description: '[repository] is the path or URL that its runs name; a path may be relative.',
    examples: [
      [
        'runyard repositories',
        'open runs, success of the last 30 days, checks; that of the newest run first',
      ],
      ['runyard repositories .', 'the one in this folder: its checks, limits and last runs'],
      ['runyard repositories --json', 'for programs: {"repositories": [...]}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((repository: string | undefined, options: CommonOptions) =>
    act(context, options, async () => {
      const { printAnswer } = await import('../print-answer.ts');
      const { renderRepositories, renderRepository } = await import('../render/repositories.ts');
      const { repositoryOf } = await import('../start-run.ts');
      if (repository === undefined)
        return printAnswer(context, options, {
          ask: ({ api }) => api.views.repositories(),
          render: renderRepositories,
        });
      const name = repositoryOf(repository, context.cwd, 'repositories');
      return printAnswer(context, options, {
        ask: ({ api }) => api.views.repository(name),
        render: renderRepository,
      });
    }),
  );
}
