import type { AttemptRecord } from '../domain/attempt.ts';
import { describeLessons } from '../domain/lesson.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Progress, WorkerContext } from './context.ts';
import { describeRepository } from './repository-context.ts';

/**
 * What an agent is told. The system prompt and the first part of the prompt are the same in every attempt of a run, so that the
 * provider's prompt cache serves them (M8); what earlier attempts did and how they failed comes after it (V5).
 */
export async function agentPrompts(
  context: WorkerContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ system: string; prompt: string }> {
  const { ticket } = context.assignment.spec;
  const system = context.renderPrompt('implement-system', {});
  const repository = await (progress.repository ?? describeRepository(progress, signal));
  const plan = progress.plan
    ? JSON.stringify(progress.plan, null, 2)
    : 'There is no plan; work from the ticket.';
  const job = context.renderPrompt('implement-user', {
    title: ticket.title,
    body: ticket.body,
    plan,
    repository,
  });
  if (progress.attempts.length === 0) return { system, prompt: job };
  const { failureFeedback } = await context.loadVerification();
  const attempts = progress.attempts.map((attempt) => describeAttempt(attempt, failureFeedback)).join('\n\n');
  const heal = context.renderPrompt('heal-user', { attempts });
  const parts = [job, heal, describeLessons(progress.lessons)];
  return { system, prompt: parts.filter((part) => part !== '').join('\n\n') };
}

function describeAttempt(attempt: AttemptRecord, failureFeedback: (verdict: Verdict) => string): string {
  const who = attempt.model ? `${attempt.agent}, ${attempt.model}` : attempt.agent;
  const lines = [`## Attempt ${attempt.number} (${who}): ${attempt.outcome}`];
  if (attempt.summary) lines.push(`It said: ${attempt.summary.slice(0, 1500)}`);
  if (attempt.error) lines.push(`It ended with: ${attempt.error.what} ${attempt.error.why}`);
  if (attempt.verdict) lines.push(failureFeedback(attempt.verdict));
  return lines.join('\n');
}
