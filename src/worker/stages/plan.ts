import { messageOf, runyardError } from '../../domain/errors/runyard-error.ts';
import { parseModelRef } from '../../domain/model-ref.ts';
import { type Plan, planHash, planSchema } from '../../domain/plan.ts';
import type { ModelMessage } from '../../model/call-model.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { gatewayFor } from '../gateway-access.ts';
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

  const ask = await createPlanner(context, { modelRef, system, signal });
  const first = await ask(messages);
  let parsed = parseRevision(first, former);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `- ${problem}`).join('\n');
    warn(context, 'plan.malformed', `The plan is sent back:\n${problems}`);
    const repair = context.renderPrompt('plan-repair', { problems });
    const mended = await ask([
      ...messages,
      { role: 'assistant', content: first },
      { role: 'user', content: repair },
    ]);
    parsed = parsePlan(mended);
  }
  if (!parsed.ok) throw runyardError('plan.malformed', { problems: parsed.problems });
  if (planHash(parsed.plan) === former) {
    const message = 'The planner insists on the plan it made before, word for word.';
    warn(context, 'plan.unchanged', message);
  }
  return parsed.plan;
}

function warn(context: WorkerContext, code: string, message: string): void {
  context.emit({ type: 'run.warning', data: { code, message } });
}

function parseRevision(answer: string, formerHash: string | null): ParsedPlan {
  const parsed = parsePlan(answer);
  if (!parsed.ok || planHash(parsed.plan) !== formerHash) return parsed;
  return { ok: false, problems: ['it is the former plan word for word; nothing of what was said is in it'] };
}

type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: string[] };

/** Reads a plan from a model's answer: JSON, alone or as the only object in the text (fences and small talk are tolerated). */
export function parsePlan(answer: string): ParsedPlan {
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0 || end < start) return { ok: false, problems: ['the answer holds no JSON object'] };
  let json: unknown;
  try {
    json = JSON.parse(answer.slice(start, end + 1));
  } catch (error) {
    return {
      ok: false,
      problems: [`the answer is not valid JSON: ${messageOf(error)}`],
    };
  }
  const parsed = planSchema.safeParse(json);
  if (parsed.success) return { ok: true, plan: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'plan'}: ${issue.message}`),
  };
}

async function createPlanner(
  context: WorkerContext,
  { modelRef, system, signal }: { modelRef: string; system: string; signal: AbortSignal },
) {
  const { spec } = context.assignment;
  const [callModel, gateway] = await Promise.all([
    context.loadCallModel(),
    gatewayFor(context, { stage: 'plan', attempt: 0, modelRef, fromSandbox: false }),
  ]);
  return async (messages: ModelMessage[]): Promise<string> => {
    context.setActivity(`waiting for ${parseModelRef(modelRef).model}`);
    const answer = await callModel({
      gateway,
      modelRef,
      system,
      messages,
      thinkingTokens: spec.thinking.planTokens,
      timeouts: {
        totalMs: spec.limits.modelCallMs,
        firstByteMs: spec.limits.silenceMs,
        idleMs: spec.limits.silenceMs,
      },
      signal,
    });
    return answer.text;
  };
}
