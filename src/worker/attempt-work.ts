import type { AgentResult } from '../adapters/agent/types.ts';
import type { AttemptRecord, Rung } from '../domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { LadderAction } from '../domain/ladder.ts';
import { createBundle } from '../git/bundle.ts';
import { commitWorkspace } from '../git/commit-workspace.ts';
import { commitMessage } from './commit-message.ts';
import type { Progress, WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

/** What an attempt of an agent left: a commit to test, or the reason why there is none. */
export interface AttemptWork {
  readonly number: number;
  readonly rung: number;
  readonly agent: string;
  readonly model: string | null;
  readonly commit: string | null;
  readonly error: ErrorData | null;
  readonly summary: string;
  readonly reportedUsage: AttemptRecord['reportedUsage'];
  readonly startedAt: number;
  readonly changedFiles: readonly string[];
  /** Puts the attempt's commit where it survives this worker; null when there is nothing to keep. */
  bundle(record: AttemptRecord): Promise<Progress['candidate']>;
}

export interface CollectOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly action: Extract<LadderAction, { kind: 'attempt' }>;
  readonly rung: Rung;
  readonly result: AgentResult;
  readonly startedAt: number;
}

/** Commits the work tree as the agent left it, whatever the agent says of itself. */
export async function collectWork(options: CollectOptions): Promise<AttemptWork> {
  const { context, progress, action, rung, result, startedAt } = options;
  const { spec, runId } = context.assignment;
  const folders = workspaceFolders(context.assignment);
  const baseCommit = progress.baseCommit ?? '';
  const committed = await commitWorkspace({
    workspaceDir: folders.root,
    parent: baseCommit,
    message: commitMessage(spec.ticket, runId),
    date: new Date(startedAt),
    timeoutMs: spec.limits.gitMs,
  });
  const commit = committed.unchanged ? null : committed.commit;
  for (const { kind, path, detail } of committed.warnings) {
    context.emit({ type: 'run.warning', data: { code: kind, message: `${path}: ${detail}` } });
  }
  return {
    number: action.number,
    rung: action.rung,
    agent: rung.agent,
    model: rung.model,
    commit,
    error: errorOf(result, rung, commit),
    summary: result.summary,
    reportedUsage: result.reportedUsage,
    startedAt,
    changedFiles: committed.unchanged ? [] : committed.changedFiles.map((file) => file.path),
    async bundle(record) {
      if (!commit) return progress.candidate;
      // With the epoch: a worker that lost its run cannot replace what its successor stored.
      const name = `attempt-${action.number}-epoch-${context.assignment.epoch}.bundle`;
      await createBundle({
        gitDir: folders.hostGitDir,
        base: baseCommit,
        commit,
        file: folders.bundle,
        timeoutMs: spec.limits.gitMs,
      });
      await context.client.uploadArtifact(name, folders.bundle);
      return { commit, bundle: name, verified: record.outcome === 'passed' };
    },
  };
}

function errorOf(result: AgentResult, rung: Rung, commit: string | null): ErrorData | null {
  if (result.status !== 'completed') {
    const detail = `the agent ended as ${result.status} without saying why`;
    return result.error ?? toErrorData(runyardError('run.unexpected', { detail }));
  }
  return commit ? null : toErrorData(runyardError('worker.no-changes', { agent: rung.agent }));
}
