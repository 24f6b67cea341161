import type { AttemptRecord } from '../../src/domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { ModelCall } from '../../src/domain/model-call.ts';
import type { RunSpec } from '../../src/domain/run.ts';
import type { CheckResult, Diagnostic, Verdict } from '../../src/domain/verdict.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { recordModelCall } from '../../src/store/model-calls.ts';
import { claimAll, delivery, type TestDatabase, testSpec } from './store-testing.ts';

export const HOUR_MS = 60 * 60_000;

type Changes = Partial<Omit<RunSpec, 'limits' | 'ticket'>> & { readonly title?: string };

/** Accepts a run, and admits and claims it and whatever else waits. */
export async function startRun(database: TestDatabase, { title = 'A ticket', ...changes }: Changes = {}) {
  const ticket = { key: null, title, body: '' };
  const spec = testSpec({ ...changes, ticket });
  const { run } = await acceptRun(database.queue, { spec, idempotencyKey: null, by: 'test' });
  const claim = (await claimAll(database.queue)).find((one) => one.run.id === run.id);
  if (!claim) throw new Error('the run was not claimed');
  return { id: run.id, epoch: claim.epoch };
}

export interface Ending {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'timed_out';
  readonly attempts?: number;
  readonly error?: ErrorData;
}

/** A run from its acceptance to its end. */
export async function endedRun(
  database: TestDatabase,
  { outcome, attempts = 1, error }: Ending,
  { calls = [], ...changes }: Changes & { readonly calls?: readonly Partial<ModelCall>[] } = {},
): Promise<string> {
  const { id, epoch } = await startRun(database, changes);
  for (const call of calls) await recordModelCall(database.store.db, modelCall(id, { epoch, ...call }));
  await settleRun(database.queue, {
    runId: id,
    epoch,
    outcome,
    error: outcome === 'succeeded' ? null : (error ?? failure('run.unexpected')),
    delivery: outcome === 'succeeded' ? delivery : null,
    attempts,
  });
  return id;
}

export function failure(code: 'run.unexpected' | 'worker.no-changes' | 'run.ladder-exhausted'): ErrorData {
  return {
    ...toErrorData(runyardError('run.unexpected', { detail: 'of a test' })),
    code,
    what: `It ended with ${code}.`,
  };
}

let calls = 0;

export function modelCall(runId: string, changes: Partial<ModelCall> = {}): ModelCall {
  calls += 1;
  return {
    id: `call-${String(calls).padStart(4, '0')}`,
    runId,
    epoch: 1,
    attempt: 1,
    stage: 'implement',
    provider: 'acme',
    model: 'large',
    protocol: 'openai',
    status: 'ok',
    httpStatus: 200,
    errorCode: null,
    usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 300, cacheWriteTokens: 0 },
    costUsd: 0.5,
    retries: 0,
    startedAt: new Date(),
    durationMs: 20,
    timeToFirstByteMs: 5,
    requestId: null,
    ...changes,
  };
}

const diagnostic = (fingerprint: string, changes: Partial<Diagnostic> = {}): Diagnostic => ({
  category: 'typescript.type',
  severity: 'error',
  message: `problem ${fingerprint}`,
  file: 'src/a.ts',
  line: 7,
  symbol: 'TS2322',
  hint: null,
  fingerprint,
  ...changes,
});

function result(name: string, changes: Partial<CheckResult> = {}): CheckResult {
  return {
    check: {
      name,
      kind: 'custom',
      argv: ['npm', 'run', name],
      timeoutMs: 1000,
      source: `package.json scripts.${name}`,
    },
    status: 'passed',
    exitCode: 0,
    durationMs: 12,
    output: '',
    diagnostics: [],
    ...changes,
  };
}

/** `types` became worse, `lint` is as bad as before, `build` could not run, `test` passes. */
export function failedVerdict(commit: string): Verdict {
  const [fresh, old] = [diagnostic('new-1'), diagnostic('old-1', { file: 'src/b.ts' })];
  const failed = { status: 'failed', exitCode: 1 } as const;
  return {
    status: 'failed',
    commit,
    baseCommit: 'b'.repeat(40),
    results: [
      result('types', { ...failed, diagnostics: [old, fresh], output: '\u001b[31mbad\u001b[0m' }),
      result('lint', { ...failed, diagnostics: [old] }),
      result('build', { status: 'not-run', exitCode: null }),
      result('test'),
    ],
    baseline: [result('types'), result('lint', { ...failed, diagnostics: [old] }), result('test')],
    introduced: [fresh],
    preexisting: [old],
    warnings: [],
    guards: [],
    flaky: [],
    fingerprint: 'f',
  };
}

export function attemptRecord(number: number, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    number,
    rung: 0,
    agent: 'builtin',
    model: null,
    outcome: 'passed',
    commit: String(number).repeat(40),
    verdict: null,
    error: null,
    summary: `attempt ${number}`,
    reportedUsage: null,
    durationMs: 1000,
    ...changes,
  };
}
