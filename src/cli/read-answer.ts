import { runyardError } from '../domain/errors/runyard-error.ts';
import type { PlanAnswer } from '../domain/plan-review.ts';

/** `2=text` answers the second question, `question=text` the one in its own words, which may hold `=` itself. */
export function readAnswer(
  written: string,
  { run, questions }: { readonly run: string; readonly questions: readonly string[] },
): PlanAnswer {
  const asked = [...questions]
    .sort((a, b) => b.length - a.length)
    .find((question) => written.startsWith(`${question}=`));
  const split = asked === undefined ? written.indexOf('=') : asked.length;
  const answer = written.slice(split + 1).trim();
  if (split < 1 || answer === '') {
    const problem = `"${written}" is no answer; write the number of a question or the question itself, "=" and the answer.`;
    throw runyardError('cli.usage', { problem, help: 'runyard answer --help' });
  }
  const named = written.slice(0, split).trim();
  const question = asked ?? (/^\d+$/.test(named) ? questions[Number(named) - 1] : named);
  if (question === undefined)
    throw runyardError('plan.no-such-question', { run, question: named, known: questions });
  return { question, answer };
}
