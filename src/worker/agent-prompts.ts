import type { StartedFrom } from '../domain/attempt.ts';
import { describeLessons } from '../domain/lesson.ts';
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
  const parts = [job, heal, describeLessons(progress.lessons), sentBack(context, progress)];
  return { system, prompt: parts.filter((part) => part !== '').join('\n\n') };
}

/** What reviewers found, also where an attempt after them did not pass its checks. */
function sentBack({ assignment, renderPrompt }: WorkerContext, { attempts }: Progress): string {
  const reviewed = attempts.findLast(({ reviews = [] }) => reviews.length > 0);
  const findings = findingsText(reviewed, assignment.spec.reviews);
  return findings === '' ? '' : renderPrompt('review-findings', { findings });
}

async function brief({ context, progress, reason, startedFrom, signal }: PromptRequest): Promise<string> {
  const { attempts } = progress;
  const { healBrief } = await context.loadVerification();
  const excerpts = await readExcerpts({ context, attempts, startedFrom, signal });
  return healBrief({ attempts, startedFrom, reason, excerpts });
}
