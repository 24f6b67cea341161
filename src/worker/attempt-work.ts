import type { AgentResult } from '../adapters/agent/types.ts';
import type { AttemptRecord, Rung, StartedFrom } from '../domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { LadderAction } from '../domain/ladder.ts';
import { createBundle } from '../git/bundle.ts';
import type { ChangedFile } from '../git/changed-files.ts';
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
  /** The tree object of `commit`. */
  readonly tree: string | null;
  readonly startedFrom: StartedFrom | null;
  readonly error: ErrorData | null;
  readonly summary: string;
  readonly reportedUsage: AttemptRecord['reportedUsage'];
  readonly startedAt: number;
  readonly changedFiles: readonly ChangedFile[];
  /** The agent itself failed before it did anything. */
  readonly idle: boolean;
  /** Puts the attempt's commit where it survives this worker; null when there is nothing to keep. */
  bundle(record: AttemptRecord): Promise<Progress['candidate']>;
  /** The same for an attempt that was interrupted. */
  bundleUnfinished(): Promise<Progress['candidate']>;
}

export interface CollectOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly action: Extract<LadderAction, { kind: 'attempt' }>;
  readonly rung: Rung;
  readonly result: AgentResult;
  readonly startedAt: number;
  readonly startedFrom: StartedFrom | null;
  /** Whether the agent was seen doing anything. */
  readonly sawActivity: boolean;
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
    tree: committed.unchanged ? null : committed.tree,
    startedFrom: options.startedFrom,
    error: errorOf(result, rung, commit),
    summary: result.summary,
    reportedUsage: result.reportedUsage,
    startedAt,
    changedFiles: committed.unchanged ? [] : committed.changedFiles,
    idle: isIdle(options, commit),
    async bundle(record) {
      if (!record.commit) return progress.candidate;
      // With the epoch: a worker that lost its run cannot replace what its successor stored.
      const name = `attempt-${action.number}-epoch-${context.assignment.epoch}.bundle`;
      const verified = record.outcome === 'passed';
      return upload(options, { commit: record.commit, name, verified });
    },
    async bundleUnfinished() {
      if (!commit) return progress.candidate;
      // Of its own: the checkpoint that names it must find it although the attempt is made again.
      const name = `parked-${context.assignment.epoch}.bundle`;
      return upload(options, { commit, name, verified: false });
    },
  };
}

interface Upload {
  readonly commit: string;
  readonly name: string;
  readonly verified: boolean;
}

async function upload(
  { context, progress }: CollectOptions,
  { commit, name, verified }: Upload,
): Promise<NonNullable<Progress['candidate']>> {
  const folders = workspaceFolders(context.assignment);
  await createBundle({
    gitDir: folders.hostGitDir,
    base: progress.baseCommit ?? '',
    commit,
    file: folders.bundle,
    timeoutMs: context.assignment.spec.limits.gitMs,
  });
  await context.client.uploadArtifact(name, folders.bundle);
  return { commit, bundle: name, verified };
}

/** Errors of the agent's own program. */
const agentFaults: ReadonlySet<string> = new Set([
  'agent.not-installed',
  'agent.unusable',
  'agent.not-started',
  'agent.failed',
  'agent.no-terminal-event',
]);

function isIdle({ result, sawActivity }: CollectOptions, commit: string | null): boolean {
  return commit === null && !sawActivity && result.error !== null && agentFaults.has(result.error.code);
}

function errorOf(result: AgentResult, rung: Rung, commit: string | null): ErrorData | null {
  if (result.status !== 'completed') {
    const detail = `the agent ended as ${result.status} without saying why`;
    return result.error ?? toErrorData(runyardError('run.unexpected', { detail }));
  }
  return commit ? null : toErrorData(runyardError('worker.no-changes', { agent: rung.agent }));
}
