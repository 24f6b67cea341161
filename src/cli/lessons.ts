import type { LessonResponse } from '../api/contract.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { printAnswer } from './print-answer.ts';
import { renderLesson, renderLessons } from './render/lessons.ts';
import { asCalled } from './render/next-commands.ts';
import { repositoryOf } from './start-run.ts';

export interface FindOptions extends CommonOptions {
  readonly repo?: string;
  readonly category?: string;
  readonly limit: number;
  readonly before?: string;
}

export interface ForgetOptions extends CommonOptions {
  readonly yes?: true;
}

export async function findLessons(
  context: CliContext,
  options: FindOptions,
  words?: string,
): Promise<ExitCode> {
  const { repo, category, limit, before } = options;
  const repository = repo === undefined ? undefined : repositoryOf(repo, context.cwd, 'kb');
  const narrowed =
    words !== undefined || repo !== undefined || category !== undefined || before !== undefined;
  return printAnswer(context, options, {
    ask: ({ api }) =>
      api.lessons.list({
        limit,
        ...(words === undefined ? {} : { q: words }),
        ...(repository === undefined ? {} : { repository }),
        ...(category === undefined ? {} : { category }),
        ...(before === undefined ? {} : { before }),
      }),
    render: (answer, render) => renderLessons(answer, { ...render, narrowed }),
    remark: ({ next }) => {
      const { terminal } = context;
      if (next !== null) terminal.err(terminal.style.dim(`More: --before ${next}`));
    },
  });
}

export async function showLesson(context: CliContext, id: string, options: CommonOptions): Promise<ExitCode> {
  return printAnswer<LessonResponse>(context, options, {
    ask: ({ api }) => api.lessons.show(id),
    render: ({ lesson }, render) => renderLesson(lesson, render),
  });
}

/** Without `--yes` nothing is changed: what is forgotten cannot be brought back. */
export async function forgetLesson(
  context: CliContext,
  id: string,
  options: ForgetOptions,
): Promise<ExitCode> {
  if (options.yes !== true) {
    return printAnswer<LessonResponse & { readonly forgotten: false }>(context, options, {
      ask: async ({ api }) => ({ forgotten: false, ...(await api.lessons.show(id)) }),
      render: ({ lesson }, render) => {
        const command = asCalled(`runyard kb forget ${lesson.id} --yes${render.flags}`, render.program);
        return `${renderLesson(lesson, render)}\n\nNothing was forgotten yet. To forget this lesson:\n  ${command}`;
      },
    });
  }
  return printAnswer(context, options, {
    ask: ({ api }) => api.lessons.forget(id),
    render: ({ lesson }) => `Forgotten: ${lesson.id} (${lesson.category}).`,
  });
}
