import type { AttemptRecord } from '../../domain/attempt.ts';
import { type AttemptSpan, attemptTimeline } from '../../domain/attempt-timeline.ts';
import { judgeChecks, whyNotPassed } from '../../domain/judge-check.ts';
import type { Run } from '../../domain/run.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { readTimeline } from '../../events/read-timeline.ts';
import { latestCheckpoint } from '../../store/checkpoints.ts';
import { keptCommits } from '../../store/kept-commits.ts';
import { type StageUsage, usageByAttempt } from '../../store/list-model-calls.ts';
import type { Db } from '../../store/schema.ts';
import type { AttemptsResponse, AttemptView } from '../contract.ts';
import { addUp, spentView } from './figures.ts';

export async function attemptsView(db: Db, run: Run): Promise<AttemptsResponse> {
  const [marks, checkpoint, kept, usage] = await Promise.all([
    readTimeline(db, run.id),
    latestCheckpoint(db, run.id),
    keptCommits(db, run.id),
    usageByAttempt(db, run.id),
  ]);
  const working = run.state === 'running' ? run.epoch : null;
  const { stages, attempts } = attemptTimeline(marks, { workingEpoch: working, endedAt: run.endedAt });
  const records = recordsBySpan(attempts, checkpoint?.attempts ?? []);
  const commits = new Set(kept.map(({ commit }) => commit));
  return {
    run: run.id,
    stages: stages.map(({ startedAt, endedAt, ...span }) => ({
      ...span,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    })),
    planning: spentView(addUp(usage.filter(({ stage }) => stage === 'plan'))),
    attempts: attempts.map((span) =>
      attemptView(span, { record: records.get(span) ?? null, commits, usage, ladder: run.spec.ladder }),
    ),
  };
}

/** A record belongs to the last span of its number that finished like it; earlier ones were repeated and count for nothing. */
function recordsBySpan(
  spans: readonly AttemptSpan[],
  records: readonly AttemptRecord[],
): Map<AttemptSpan, AttemptRecord> {
  const found = new Map<AttemptSpan, AttemptRecord>();
  for (const record of records) {
    const span = spans.findLast(
      ({ state, number, commit }) =>
        state === 'finished' && number === record.number && commit === record.commit,
    );
    if (span) found.set(span, record);
  }
  return found;
}

interface AttemptParts {
  readonly record: AttemptRecord | null;
  readonly commits: ReadonlySet<string>;
  readonly usage: readonly StageUsage[];
  readonly ladder: Run['spec']['ladder'];
}

function attemptView(span: AttemptSpan, { record, commits, usage, ladder }: AttemptParts): AttemptView {
  const { epoch, startedAt, endedAt, ...rest } = span;
  const own = usage.filter(
    (one) => one.epoch === epoch && one.attempt === span.number && one.stage !== 'plan',
  );
  const sameRung = ladder.findIndex(({ agent, model }) => agent === span.agent && model === span.model);
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    rung: record?.rung ?? (sameRung === -1 ? null : sameRung),
    why: record ? whyNotPassed(record) : (span.error?.what ?? null),
    error: record?.error ?? span.error,
    summary: record?.summary ?? '',
    ...spentView(spentOf(span, own)),
    reportedUsage: record?.reportedUsage ?? null,
    hasDiff: span.commit !== null && commits.has(span.commit),
    verdict: record?.verdict ? verdictView(record.verdict) : null,
    checks: record?.verdict ? checksView(record.verdict) : [],
    autofixes: record?.autofixes ?? [],
    verifiedAgain: record?.verifiedAgain ?? 0,
  };
}

/** An agent that brings its own model may have paid for calls that nobody here saw. */
function spentOf({ model }: AttemptSpan, own: readonly StageUsage[]): ReturnType<typeof addUp> {
  const seen = addUp(own);
  return model === null && own.length === 0 ? { ...seen, cost: { usd: 0, status: 'unknown' } } : seen;
}

function verdictView(verdict: Verdict): AttemptView['verdict'] {
  const { status, commit, baseCommit, introduced, preexisting, warnings, guards } = verdict;
  return {
    status,
    commit,
    baseCommit,
    introduced: introduced.length,
    preexisting: preexisting.length,
    warnings,
    guards,
  };
}

function checksView(verdict: Verdict): AttemptView['checks'] {
  return judgeChecks(verdict).map(({ result, base, judgement, diagnostics }) => ({
    name: result.check.name,
    kind: result.check.kind,
    command: result.check.argv,
    source: result.check.source,
    status: result.status,
    baseStatus: base?.status ?? null,
    judgement,
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    output: result.output,
    diagnostics: [...diagnostics],
  }));
}
