import type { AttemptRecord, Autofix } from '../../domain/attempt.ts';
import { summariseGuards } from '../../domain/guard-policy.ts';
import type { CheckResult, Verdict } from '../../domain/verdict.ts';
import type { VerifyOptions } from '../../verify/verify-commit.ts';
import { withoutChecks } from '../../verify/without-checks.ts';
import { applyAutofix } from '../apply-autofix.ts';
import { changeSince } from '../attempt-change.ts';
import type { AttemptWork } from '../attempt-work.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { verifyPatiently } from '../verify-patiently.ts';
import { preparedFiles, workspaceFolders } from '../workspace-folders.ts';

export interface TestOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly work: AttemptWork;
  readonly signal: AbortSignal;
}

/** What verifying needs of an attempt. */
export type Verifying = Omit<TestOptions, 'work'> & { readonly work: Pick<AttemptWork, 'number'> };

/** Verifies the attempt's commit with our own checks (V1, V2) and writes the attempt's record. */
export async function testAttempt(options: TestOptions): Promise<AttemptRecord> {
  const { context, work } = options;
  const verified = work.commit && !work.error ? await verifyAndMend(options, work.commit) : null;
  const verdict = verified?.verdict ?? null;
  const record = await withChange(options, recordOf(context, work, verified));
  if (verdict) context.emit({ type: 'verdict.reached', data: verdictEvent(work.number, verdict) });
  const { outcome, commit, error, durationMs } = record;
  context.emit({
    type: 'attempt.finished',
    data: { attempt: work.number, outcome, commit, durationMs, error, agent: work.agent, idle: work.idle },
  });
  return record;
}

async function withChange(
  { context, progress, signal }: TestOptions,
  record: AttemptRecord,
): Promise<AttemptRecord> {
  const { commit } = record;
  if (!commit) return { ...record, change: null };
  const startedFrom = record.startedFrom?.commit ?? null;
  const { attempts } = progress;
  return { ...record, change: await changeSince({ context, attempts, commit, startedFrom, signal }) };
}

/** What is known of a commit, which is another one than the agent's where the repository's own tools mended something. */
interface Verified {
  readonly commit: string;
  readonly tree: string | null;
  readonly verdict: Verdict;
  readonly verifiedAgain: number;
  readonly autofixes: readonly Autofix[];
}

async function verifyAndMend(options: TestOptions, commit: string): Promise<Verified> {
  const { context, work, signal } = options;
  const { number: attempt, startedAt, tree } = work;
  const verify = (which: string) => verifyOnce(options, which);
  const first = await verifyPatiently({ context, attempt, signal }, (isFresh) =>
    verifyOnce(options, commit, isFresh),
  );
  const verifyOptions = verificationOf(options, commit);
  const { verdict } = first;
  const mended = await applyAutofix({ context, attempt, startedAt, verdict, options: verifyOptions, verify });
  return { commit, tree, autofixes: [], ...first, ...mended };
}

/** The commit of an attempt of before, verified again. */
export async function verifyOnce(options: Verifying, commit: string, isFresh = false): Promise<Verdict> {
  const { context, progress } = options;
  const baseCommit = progress.baseCommit ?? '';
  if (context.assignment.spec.checks.mode === 'off') return withoutChecks({ commit, baseCommit });
  const { verifyCommit } = await context.loadVerification();
  return verifyCommit({ ...verificationOf(options, commit), isFresh });
}

function verificationOf({ context, progress, work, signal }: Verifying, commit: string): VerifyOptions {
  const { assignment } = context;
  const { spec, folders, sandbox } = assignment;
  const baseCommit = progress.baseCommit ?? '';
  const workspace = workspaceFolders(assignment);
  const attempt = work.number;
  return {
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
    scope: progress.plan?.filesInScope ?? null,
    onCheckStarted: (check, on) => {
      context.setActivity(`check ${check.name}`);
      const command = check.argv.join(' ') || '(built in)';
      context.emit({ type: 'check.started', data: { attempt, name: check.name, on, command } });
    },
    onCheckFinished: (result, on) =>
      context.emit({ type: 'check.finished', data: checkEvent(attempt, result, on) }),
  };
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

export function verdictEvent(attempt: number, verdict: Verdict) {
  const failed = verdict.results
    .filter((result) => result.status !== 'passed')
    .map((result) => result.check.name);
  const summary =
    failed.length > 0 ? `not passed: ${failed.join(', ')}` : `${verdict.results.length} check(s) passed`;
  const guards = summariseGuards(verdict.guards);
  return {
    ...(guards ? { guards } : {}),
    attempt,
    status: verdict.status,
    introduced: verdict.introduced.length,
    preexisting: verdict.preexisting.length,
    fingerprint: verdict.fingerprint,
    summary,
  };
}

/** A change of ten thousand files is told by its first ones. */
const MOST_FILES = 100;

function recordOf(context: WorkerContext, work: AttemptWork, verified: Verified | null): AttemptRecord {
  const { number, rung, agent, model, error, summary, reportedUsage, startedFrom } = work;
  const { commit, tree, verdict } = verified ?? { ...work, verdict: null };
  const durationMs = context.clock.now().getTime() - work.startedAt;
  const common = {
    ...{ number, rung, agent, model, commit, verdict, error, summary, reportedUsage, durationMs },
    startedFrom,
    ...(tree === null ? {} : { tree }),
    files: work.changedFiles
      .slice(0, MOST_FILES)
      .map(({ path, status, added, deleted }) => ({ path, status, added, deleted })),
    ...(verified && verified.verifiedAgain > 0 ? { verifiedAgain: verified.verifiedAgain } : {}),
    ...(verified && verified.autofixes.length > 0 ? { autofixes: [...verified.autofixes] } : {}),
  };
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
