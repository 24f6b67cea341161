import type { AnswerRequest } from '../api/contract.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext } from './context.ts';
import { decideAndGoOn } from './decide-and-go-on.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { readAnswer } from './read-answer.ts';

export interface AnswerOptions {
  readonly plan?: string;
  readonly follow?: true;
}

export interface GivenAnswers {
  readonly id: string;
  /** As they were written: `1=yes`, or the question itself, `=` and the answer. */
  readonly written: readonly string[];
}

/** `runyard answer`: the planner revises the plan with the answers. */
export async function answerQuestions(
  context: CliContext,
  { id, written }: GivenAnswers,
  options: AnswerOptions & CommonOptions,
): Promise<ExitCode> {
  return decideAndGoOn(context, {
    id,
    options,
    done: 'Answered',
    decide: async ({ api }) => {
      const { run, revisions, waiting } = await api.plans(id);
      const planHash = options.plan ?? waiting?.hash;
      if (planHash === undefined) throw runyardError('plan.not-waiting', { run: run.id, state: run.state });
      // Questions of another plan than the one that waits have no numbers here; the server says which plan waits.
      const questions = revisions.findLast(({ hash }) => hash === planHash)?.plan.openQuestions ?? [];
      const answers: AnswerRequest['answers'] = written.map((text) =>
        readAnswer(text, { run: run.id, questions }),
      );
      return api.answer(id, { planHash, answers, by: context.user });
    },
  });
}
