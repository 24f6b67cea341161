import type { AttemptRecord } from '../../domain/attempt.ts';
import { bestAttempt } from '../../domain/ladder.ts';
import type { CheckResult, Verdict } from '../../domain/verdict.ts';
import { withoutChecks } from '../../verify/without-checks.ts';
import { changeSince } from '../attempt-change.ts';
import type { AttemptWork } from '../attempt-work.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { preparedFiles, workspaceFolders } from '../workspace-folders.ts';

export interface TestOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly work: AttemptWork;
  readonly signal: AbortSignal;
}

/** Verifies the attempt's commit with our own checks (V1, V2) and writes the attempt's record. */
export async function testAttempt(options: TestOptions): Promise<AttemptRecord> {
  const { context, work } = options;
  const verdict = work.commit && !work.error ? await verify(options, work.commit) : null;
  const { attempts } = options.progress;
  const startedFrom = bestAttempt(attempts)?.commit ?? null;
  const { commit: made } = work;
  const change = made ? await changeSince({ ...options, attempts, commit: made, startedFrom }) : null;
  const record = { ...recordOf(context, work, verdict), change };
  if (verdict) context.emit({ type: 'verdict.reached', data: verdictEvent(work.number, verdict) });
  const { outcome, commit, error, durationMs } = record;
  context.emit({
    type: 'attempt.finished',
    data: { attempt: work.number, outcome, commit, durationMs, error, agent: work.agent, idle: work.idle },
  });
  return record;
}

async function verify({ context, progress, work, signal }: TestOptions, commit: string): Promise<Verdict> {
  const { assignment } = context;
  const { spec, folders, sandbox } = assignment;
  const baseCommit = progress.baseCommit ?? '';
  if (spec.checks.mode === 'off') return withoutChecks({ commit, baseCommit });
  const { verifyCommit } = await context.loadVerification();
  const workspace = workspaceFolders(assignment);
  const attempt = work.number;
  return verifyCommit({
    gitDir: workspace.hostGitDir,
    baseCommit,
    commit,
    folders: { verify: workspace.verify, dependencies: folders.dependencies, baselines: folders.baselines },
    over: preparedFiles(assignment, progress),
    sandbox,
    egressSocketPath: assignment.egressSocketPath,
    checks: spec.checks,
    limits: spec.limits,
    hostEnvironment: context.hostEnvironment,
    redact: context.redact,
    signal,
    onCheckStarted: (check, on) => {
      context.setActivity(`check ${check.name}`);
      const command = check.argv.join(' ') || '(built in)';
      context.emit({ type: 'check.started', data: { attempt, name: check.name, on, command } });
    },
    onCheckFinished: (result, on) =>
      context.emit({ type: 'check.finished', data: checkEvent(attempt, result, on) }),
  });
}

function checkEvent(attempt: number, result: CheckResult, on: 'baseline' | 'change') {
  const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const [first] = errors;
  const place = first?.file ? `${first.file}${first.line ? `:${first.line}` : ''} ` : '';
  return {
    attempt,
    name: result.check.name,
    on,
    status: result.status,
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    problems: errors.length,
    firstProblem: first ? `${place}${first.message}`.slice(0, 500) : null,
  };
}

function verdictEvent(attempt: number, verdict: Verdict) {
  const failed = verdict.results
    .filter((result) => result.status !== 'passed')
    .map((result) => result.check.name);
  const summary =
    failed.length > 0 ? `not passed: ${failed.join(', ')}` : `${verdict.results.length} check(s) passed`;
  return {
    attempt,
    status: verdict.status,
    introduced: verdict.introduced.length,
    preexisting: verdict.preexisting.length,
    fingerprint: verdict.fingerprint,
    summary,
  };
}

function recordOf(context: WorkerContext, work: AttemptWork, verdict: Verdict | null): AttemptRecord {
  const { number, rung, agent, model, commit, error, summary, reportedUsage } = work;
  const durationMs = context.clock.now().getTime() - work.startedAt;
  const common = { number, rung, agent, model, commit, verdict, error, summary, reportedUsage, durationMs };
  if (!commit)
    return {
      ...common,
      outcome: error && error.code !== 'worker.no-changes' ? 'agent-failed' : 'no-changes',
    };
  if (error) return { ...common, outcome: 'agent-failed' };
  if (verdict?.status === 'passed') return { ...common, outcome: 'passed' };
  if (verdict?.status === 'unverifiable') return { ...common, outcome: 'unverifiable' };
  return { ...common, outcome: 'checks-failed' };
}
