import { z } from 'zod';
import { messageOf, runyardError } from '../../domain/errors/runyard-error.ts';
import { parseModelRef } from '../../domain/model-ref.ts';
import { type Plan, planHash, planSchema } from '../../domain/plan.ts';
import type { ModelMessage } from '../../model/call-model.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { gatewayFor } from '../gateway-access.ts';
import { describeRepository } from '../repository-context.ts';

/** Asks the planning model for a plan (P1). A malformed answer is sent back once with what is wrong with it, then the run fails. */
export async function makePlan(
  context: WorkerContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<Plan> {
  const { spec } = context.assignment;
  const modelRef = spec.plan.model;
  if (!modelRef) throw runyardError('plan.no-model', { setting: 'models.plan' });
  const system = context.renderPrompt('plan-system', {
    schema: JSON.stringify(z.toJSONSchema(planSchema)),
  });
  const repository = await (progress.repository ?? describeRepository(progress, signal));
  const question = context.renderPrompt('plan-user', {
    repository,
    title: spec.ticket.title,
    body: spec.ticket.body,
  });

  const ask = await createPlanner(context, { modelRef, system, signal });
  const first = await ask([{ role: 'user', content: question }]);
  let parsed = parsePlan(first);
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `- ${problem}`).join('\n');
    context.emit({
      type: 'run.warning',
      data: { code: 'plan.malformed', message: `The plan is sent back:\n${problems}` },
    });
    const repair = context.renderPrompt('plan-repair', { problems });
    parsed = parsePlan(
      await ask([
        { role: 'user', content: question },
        { role: 'assistant', content: first },
        { role: 'user', content: repair },
      ]),
    );
  }
  if (!parsed.ok) throw runyardError('plan.malformed', { problems: parsed.problems });
  context.emit({
    type: 'plan.proposed',
    data: { plan: parsed.plan, hash: planHash(parsed.plan), revision: 1 },
  });
  return parsed.plan;
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
