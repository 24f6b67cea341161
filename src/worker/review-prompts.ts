import { z } from 'zod';
import type { AttemptRecord } from '../domain/attempt.ts';
import { findingsText, type ReviewStage, reviewAnswerSchema } from '../domain/review.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { ChangedFile } from '../git/changed-files.ts';
import { diffOf } from '../git/diff-of.ts';
import type { Progress, WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

/** More than a reviewer reads well; the rest is named by file (G5). */
const MOST_DIFF_BYTES = 200 * 1024;
const MOST_FILES = 300;
const LONGEST_BODY = 40_000;

export interface ReviewPromptOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly stage: ReviewStage;
  readonly attempt: AttemptRecord & { readonly commit: string };
  readonly signal: AbortSignal;
}

/** What a reviewer is told: the rules, then as data the ticket, the plan, the checks, what was found before, and the change. */
export async function reviewPrompts(options: ReviewPromptOptions): Promise<{ system: string; user: string }> {
  const { context, progress, stage, attempt, signal } = options;
  const { spec } = context.assignment;
  const diff = await diffOf({
    gitDir: workspaceFolders(context.assignment).hostGitDir,
    base: progress.baseCommit ?? '',
    commit: attempt.commit,
    maxBytes: MOST_DIFF_BYTES,
    timeoutMs: spec.limits.gitMs,
    signal,
  });
  const schema = JSON.stringify(z.toJSONSchema(reviewAnswerSchema));
  const system = context.renderPrompt(`review-${stage}`, { schema });
  const cutNote = diff.isTruncated
    ? '\n(The difference is longer and was cut here. The list of files is whole; what you cannot see you cannot vouch for: say so in your summary.)'
    : '';
  const user = context.renderPrompt('review-user', {
    title: spec.ticket.title,
    body: spec.ticket.body.slice(0, LONGEST_BODY),
    plan: progress.plan ? JSON.stringify(progress.plan, null, 2) : 'There is no plan.',
    verdict: attempt.verdict ? describeVerdict(attempt.verdict) : 'No check ran.',
    files: describeFiles(diff.files),
    earlier: earlierFindings(progress.attempts.slice(0, -1), options) || 'None.',
    diff: `${context.redact(diff.text)}${cutNote}`,
  });
  return { system, user };
}

function earlierFindings(attempts: readonly AttemptRecord[], { context }: ReviewPromptOptions): string {
  const last = attempts.findLast(({ reviews = [] }) => reviews.length > 0);
  return findingsText(last, context.assignment.spec.reviews);
}

function describeVerdict({ status, results, preexisting, guards, warnings }: Verdict): string {
  const checks = results.map(({ check, status: ended }) => `${check.name}: ${ended}`);
  const found = guards.map(({ guard, action, message }) => `guard ${guard} (${action}): ${message}`);
  const old = preexisting.length > 0 ? [`${preexisting.length} problem(s) were there before`] : [];
  return [`Verdict: ${status}`, ...checks, ...found, ...old, ...warnings].slice(0, MOST_FILES).join('\n');
}

function describeFiles(files: readonly ChangedFile[]): string {
  const lines = files
    .slice(0, MOST_FILES)
    .map(({ status, path, binary, added, deleted }) =>
      binary ? `${status} ${path} (binary, not shown)` : `${status} ${path} (+${added} -${deleted})`,
    );
  const more = files.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more files`].join('\n') : lines.join('\n');
}
