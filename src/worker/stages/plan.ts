import { runyardError } from '../../domain/errors/runyard-error.ts';
import { parseModelRef } from '../../domain/model-ref.ts';
import { type Plan, planHash, planSchema } from '../../domain/plan.ts';
import { createAsker } from '../ask-model.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { type ParsedAnswer, parseAnswer } from '../parse-answer.ts';
import { planningPrompts } from '../planning-prompts.ts';
import { describeRepository } from '../repository-context.ts';

/**
 * Asks the planning model for a plan (P1), or for another one than those a person had something to say about (P2, P3). An answer that
 * cannot be used is sent back once with what is wrong with it, then the run fails.
 */
export async function makePlan(
  context: WorkerContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<Plan> {
  const { spec } = context.assignment;
  const modelRef = spec.plan.model;
  if (!modelRef) throw runyardError('plan.no-model', { setting: 'models.plan' });
  const repository = await (progress.repository ?? describeRepository(progress, signal));
  const { system, messages } = planningPrompts(context, { repository, revisions: progress.revisions });
  const former = progress.revisions.at(-1)?.hash ?? null;

  const activity = `waiting for ${parseModelRef(modelRef).model}`;
  const ask = await createAsker(context, { stage: 'plan', attempt: 0, modelRef, activity, signal });
  const first = await ask(system, messages);
  let parsed = parseRevision(first, former);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `- ${problem}`).join('\n');
    warn(context, 'plan.malformed', `The plan is sent back:\n${problems}`);
    const repair = context.renderPrompt('plan-repair', { problems });
    const mended = await ask(system, [
      ...messages,
      { role: 'assistant', content: first },
      { role: 'user', content: repair },
    ]);
    parsed = parsePlan(mended);
  }
  if (!parsed.ok) throw runyardError('plan.malformed', { problems: parsed.problems });
  if (planHash(parsed.value) === former) {
    const message = 'The planner insists on the plan it made before, word for word.';
    warn(context, 'plan.unchanged', message);
  }
  return parsed.value;
}

function warn(context: WorkerContext, code: string, message: string): void {
  context.emit({ type: 'run.warning', data: { code, message } });
}

function parseRevision(answer: string, formerHash: string | null): ParsedAnswer<Plan> {
  const parsed = parsePlan(answer);
  if (!parsed.ok || planHash(parsed.value) !== formerHash) return parsed;
  return { ok: false, problems: ['it is the former plan word for word; nothing of what was said is in it'] };
}

/** Reads a plan from a model's answer. */
export function parsePlan(answer: string): ParsedAnswer<Plan> {
  return parseAnswer(answer, { schema: planSchema, whole: 'plan' });
}
