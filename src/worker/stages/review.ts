import type { AttemptRecord } from '../../domain/attempt.ts';
import { messageOf, RunyardError, runyardError, toErrorData } from '../../domain/errors/runyard-error.ts';
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
import type { Progress, WorkerContext } from '../context.ts';
import { gatewayFor } from '../gateway-access.ts';
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
  const { context, stage } = options;
  const [{ system, user }, ask] = await Promise.all([
    reviewPrompts(options),
    createReviewer(options, modelRef),
  ]);
  const question: ModelMessage = { role: 'user', content: user };
  const first = await ask(system, [question]);
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
    parsed = parseReview(await ask(system, [question, ...answers]));
  }
  if (!parsed.ok) throw runyardError('review.malformed', { stage, problems: parsed.problems });
  return parsed.review;
}

type ParsedReview =
  | { readonly ok: true; readonly review: ReviewAnswer }
  | { readonly ok: false; readonly problems: string[] };

/** Reads a review from a model's answer: one JSON object, fences and small talk around it tolerated. All of it is right, or none of it counts. */
export function parseReview(answer: string): ParsedReview {
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0 || end < start) return { ok: false, problems: ['the answer holds no JSON object'] };
  let json: unknown;
  try {
    json = JSON.parse(answer.slice(start, end + 1));
  } catch (error) {
    return { ok: false, problems: [`the answer is not valid JSON: ${messageOf(error)}`] };
  }
  const parsed = reviewAnswerSchema.safeParse(json);
  if (parsed.success) return { ok: true, review: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'review'}: ${message}`),
  };
}

async function createReviewer({ context, stage, attempt, signal }: ReviewOptions, modelRef: string) {
  const { limits, thinking } = context.assignment.spec;
  const [callModel, gateway] = await Promise.all([
    context.loadCallModel(),
    gatewayFor(context, { stage, attempt: attempt.number, modelRef, fromSandbox: false }),
  ]);
  return async (system: string, messages: ModelMessage[]): Promise<string> => {
    context.setActivity(`${stage} review: waiting for ${parseModelRef(modelRef).model}`);
    const answer = await callModel({
      gateway,
      modelRef,
      system,
      messages,
      thinkingTokens: thinking.planTokens,
      timeouts: {
        totalMs: limits.modelCallMs,
        firstByteMs: limits.silenceMs,
        idleMs: limits.silenceMs,
      },
      signal,
    });
    return context.redact(answer.text);
  };
}
