import type { Autofix } from '../domain/attempt.ts';
import { messageOf } from '../domain/errors/runyard-error.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { VerifyOptions } from '../verify/verify-commit.ts';
import { commitMessage } from './commit-message.ts';
import type { WorkerContext } from './context.ts';

export interface ApplyAutofix {
  readonly context: WorkerContext;
  readonly attempt: number;
  /** When the attempt began: the commit keeps its date. */
  readonly startedAt: number;
  readonly verdict: Verdict;
  /** How the commit was verified. */
  readonly options: VerifyOptions;
  readonly verify: (commit: string) => Promise<Verdict>;
}

export interface Mended {
  readonly commit: string;
  readonly tree: string;
  readonly verdict: Verdict;
  readonly autofixes: readonly Autofix[];
}

/** The attempt's commit as the repository's own tools leave it, verified; null where they mend nothing, or make something worse. */
export async function applyAutofix(request: ApplyAutofix): Promise<Mended | null> {
  const { context, attempt, startedAt, verdict, options, verify } = request;
  const { spec, runId } = context.assignment;
  if (spec.checks.autofix === false) return null;
  const { autofixCommit, autofixHelped, fixableChecks } = await context.loadVerification();
  if (fixableChecks(verdict).length === 0) return null;
  context.setActivity('the repository’s own fixers');
  const message = commitMessage(spec.ticket, runId);
  const autofix = { ...options, verdict, message, date: new Date(startedAt) };
  // A fixer that cannot be run leaves the attempt as it was; only what stops the run stops here.
  const fixed = await autofixCommit(autofix).catch((error: unknown) => {
    options.signal.throwIfAborted();
    warn(context, `The repository’s own fixers could not be run: ${messageOf(error)}`);
    return null;
  });
  if (!fixed) return null;
  const after = await verify(fixed.commit);
  if (!autofixHelped(verdict, after)) {
    const names = fixed.applied.map(({ check }) => check).join(', ');
    warn(context, `What the repository’s own fixers did for ${names} did not help, so it was dropped.`);
    return null;
  }
  const { commit, tree, applied } = fixed;
  for (const autofix of applied) {
    context.emit({ type: 'autofix.applied', data: { ...autofix, attempt, commit } });
  }
  return { commit, tree, verdict: after, autofixes: applied };
}

function warn(context: WorkerContext, message: string): void {
  context.emit({ type: 'run.warning', data: { code: 'autofix', message } });
}
