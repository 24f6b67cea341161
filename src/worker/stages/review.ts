import type { AttemptRecord } from '../../domain/attempt.ts';
import { RunyardError, runyardError, toErrorData } from '../../domain/errors/runyard-error.ts';
import { parseModelRef } from '../../domain/model-ref.ts';
import { providerTrouble } from '../../domain/provider-trouble.ts';
import {
  type ReviewAnswer,
  type ReviewPolicy,
  type ReviewRecord,
  type ReviewStage,
  reviewAnswerSchema,
} from '../../domain/review.ts';
import type { ModelMessage } from '../../model/call-model.ts';
import { createAsker } from '../ask-model.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { type ParsedAnswer, parseAnswer } from '../parse-answer.ts';
import { reviewPrompts } from '../review-prompts.ts';

export interface ReviewOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly stage: ReviewStage;
  readonly policy: ReviewPolicy;
  readonly round: number;
  readonly attempt: AttemptRecord & { readonly commit: string };
  readonly signal: AbortSignal;
}

/**
 * One review of the attempt's commit by a second model. An answer that cannot be used is sent back once with what is wrong with it; what
 * then still cannot be used counts for nothing. Throws when the run must stop, and when the review is required and its provider cannot be
 * used now: then the run waits for it.
 */
export async function review(options: ReviewOptions): Promise<ReviewRecord> {
  const { stage, policy, round, attempt, signal } = options;
  if (!policy.model) throw runyardError('review.no-model', { stage, setting: `review.${stage}.model` });
  const about = { stage, round, model: policy.model, commit: attempt.commit };
  try {
    const { summary, findings } = await askFor(options, policy.model);
    return { ...about, status: 'reviewed', summary, findings, error: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RunyardError)) throw error;
    const data = toErrorData(error);
    const trouble = providerTrouble(data, parseModelRef(policy.model).provider);
    if (error.code === 'run.stale-owner' || (trouble && policy.required)) throw error;
    return { ...about, status: 'unavailable', summary: '', findings: [], error: data };
  }
}

async function askFor(options: ReviewOptions, modelRef: string): Promise<ReviewAnswer> {
  const { context, stage, attempt, signal } = options;
  const activity = `${stage} review: waiting for ${parseModelRef(modelRef).model}`;
  const [{ system, user }, ask] = await Promise.all([
    reviewPrompts(options),
    createAsker(context, { stage, attempt: attempt.number, modelRef, activity, signal }),
  ]);
  const question: ModelMessage = { role: 'user', content: user };
  const first = context.redact(await ask(system, [question]));
  let parsed = parseReview(first);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `- ${problem}`).join('\n');
    const message = `The ${stage} review is sent back:\n${problems}`;
    context.emit({ type: 'run.warning', data: { code: 'review.malformed', message } });
    const repair = context.renderPrompt('review-repair', { problems });
    const answers: ModelMessage[] = [
      { role: 'assistant', content: first },
      { role: 'user', content: repair },
    ];
    parsed = parseReview(context.redact(await ask(system, [question, ...answers])));
  }
  if (!parsed.ok) throw runyardError('review.malformed', { stage, problems: parsed.problems });
  return parsed.value;
}

/** Reads a review from a model's answer. */
export function parseReview(answer: string): ParsedAnswer<ReviewAnswer> {
  return parseAnswer(answer, { schema: reviewAnswerSchema, whole: 'review' });
}
