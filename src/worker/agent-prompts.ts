import type { StartedFrom } from '../domain/attempt.ts';
import { findingsText } from '../domain/review.ts';
import type { Progress, WorkerContext } from './context.ts';
import { readExcerpts } from './read-excerpts.ts';
import { describeRepository } from './repository-context.ts';

export interface PromptRequest {
  readonly context: WorkerContext;
  readonly progress: Progress;
  /** Why this attempt is made, and from where. */
  readonly reason: string;
  readonly startedFrom: StartedFrom | null;
  readonly signal: AbortSignal;
}

/**
 * What an agent is told. The system prompt and the first part of the prompt are the same in every attempt of a run, so that the
 * provider's prompt cache serves them (M8); the brief of what fails and of what earlier attempts did comes after it (V5).
 */
export async function agentPrompts(request: PromptRequest): Promise<{ system: string; prompt: string }> {
  const { context, progress, signal } = request;
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
  const heal = context.renderPrompt('heal-user', { attempts: await brief(request) });
  const reviewed = progress.attempts.findLast(({ reviews = [] }) => reviews.length > 0);
  const findings = findingsText(reviewed, context.assignment.spec.reviews);
  const sentBack = findings === '' ? '' : `\n\n${context.renderPrompt('review-findings', { findings })}`;
  return { system, prompt: `${job}\n\n${heal}${sentBack}` };
}

async function brief({ context, progress, reason, startedFrom, signal }: PromptRequest): Promise<string> {
  const { attempts } = progress;
  const { healBrief } = await context.loadVerification();
  const excerpts = await readExcerpts({ context, attempts, startedFrom, signal });
  return healBrief({ attempts, startedFrom, reason, excerpts });
}
