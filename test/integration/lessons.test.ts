import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../../src/domain/attempt.ts';
import type { Diagnostic } from '../../src/domain/verdict.ts';
import { findLesson, findLessons, forgetLesson } from '../../src/lessons/find.ts';
import { learnFromRun } from '../../src/lessons/learn.ts';
import { offerLessons } from '../../src/lessons/offer.ts';
import type { LessonSettings } from '../../src/lessons/settings.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { saveCheckpoint } from '../../src/store/checkpoints.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const own: LessonSettings = { enabled: true, scope: 'repository' };

function problem(symbol: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const message = `Module '"./dates"' has no exported member '${symbol}'.`;
  return {
    category: 'missing_export',
    severity: 'error',
    message,
    file: 'src/a.ts',
    line: 1,
    symbol,
    hint: null,
    fingerprint: `f-${symbol}`,
    ...more,
  };
}

function attempt(number: number, introduced: readonly Diagnostic[]): AttemptRecord {
  const passed = introduced.length === 0;
  const change = {
    since: `c${number - 1}`,
    files: [{ path: 'src/a.ts', status: 'M' }],
    moreFiles: 0,
    hunks: [{ file: 'src/a.ts', text: "+import { formatDate } from './dates';" }],
  };
  return {
    number,
    rung: 0,
    agent: 'builtin',
    model: null,
    outcome: passed ? 'passed' : 'checks-failed',
    commit: `c${number}`,
    error: null,
    summary: '',
    reportedUsage: null,
    durationMs: 1,
    change: number === 1 ? null : change,
    verdict: {
      status: passed ? 'passed' : 'failed',
      commit: 'c',
      baseCommit: 'b',
      results: [],
      baseline: [],
      introduced: [...introduced],
      preexisting: [],
      warnings: [],
      guards: [],
      flaky: [],
      fingerprint: null,
    },
  };
}

async function running(repository: string) {
  const { run } = await acceptRun(database.queue, {
    spec: testSpec({ repository }),
    idempotencyKey: null,
    by: 'test',
  });
  const claim = (await claimAll(database.queue)).find((one) => one.run.id === run.id);
  if (!claim) throw new Error('the run was not claimed');
  return { id: run.id, epoch: claim.epoch, repository };
}

/** A run that ended with these attempts. */
async function ended(
  run: Awaited<ReturnType<typeof running>>,
  attempts: readonly AttemptRecord[],
): Promise<void> {
  const checkpoint = {
    stage: 'test' as const,
    baseCommit: 'b',
    plan: null,
    attempts: [...attempts],
    candidate: null,
    unfinished: null,
  };
  await saveCheckpoint(database.store.db, { runId: run.id, epoch: run.epoch, checkpoint });
  await settleRun(database.queue, {
    runId: run.id,
    epoch: run.epoch,
    outcome: 'succeeded',
    error: null,
    delivery,
    attempts: attempts.length,
  });
}

async function taught(repository: string, symbol: string, settings = own) {
  const run = await running(repository);
  await ended(run, [attempt(1, [problem(symbol)]), attempt(2, [])]);
  await learnFromRun(database.store.db, run, settings);
  return run;
}

function raise(error: unknown): never {
  throw error;
}

function ask(run: { id: string; repository: string }, diagnostic: Diagnostic, settings = own, number = 2) {
  const { category, fingerprint, symbol, message } = diagnostic;
  const problems = [{ category, fingerprint, symbol, message }];
  return offerLessons(database.store.db, { run, attempt: number, problems, settings, onError: raise });
}

describe('D8: lessons in the database', () => {
  it('are learned once per run, deduplicated by fingerprint, and count the runs they come from', async () => {
    const { db } = database.store;
    const first = await taught('/repo/once', 'formatDtae');
    expect(await learnFromRun(db, first, own)).toBe(false);
    const second = await taught('/repo/once', 'formatDtae');
    const lessons = await findLessons(db, { repository: '/repo/once', limit: 10 });
    expect(lessons).toHaveLength(1);
    expect(lessons[0]).toMatchObject({
      mendedRuns: 2,
      openRuns: 0,
      runs: [first.id, second.id],
      remedy: { actions: ['changed an import'] },
    });
  });

  it('are told to an attempt with the same problem, and its outcome is counted, asking again included', async () => {
    const { db } = database.store;
    await taught('/repo/told', 'formatDtae');
    const helped = await running('/repo/told');
    const told = await ask(helped, problem('formatDtae'));
    expect(told).toMatchObject([{ match: 'same-problem', mendedRuns: 1, helped: 0 }]);
    await ask(helped, problem('formatDtae'));
    await ended(helped, [attempt(1, [problem('formatDtae')]), attempt(2, [])]);
    await learnFromRun(db, helped, own);
    const other = await running('/repo/told');
    await ask(other, problem('formatDtae'));
    await ended(other, [
      attempt(1, [problem('formatDtae')]),
      attempt(2, [problem('formatDtae')]),
      attempt(3, []),
    ]);
    await learnFromRun(db, other, own);
    const [lesson] = await findLessons(db, { repository: '/repo/told', limit: 10 });
    expect(lesson).toMatchObject({
      offered: 2,
      helped: 1,
      didNot: 1,
      mendedRuns: 3,
      didNotHelp: [{ action: 'changed an import', times: 1 }],
    });
  });

  it('are found by symbol and by similar words too, never those of another repository', async () => {
    await taught('/repo/near', 'formatDtae');
    const run = await running('/repo/near');
    expect(await ask(run, problem('formatDtae', { fingerprint: 'elsewhere' }))).toMatchObject([
      { match: 'same-symbol' },
    ]);
    const words = problem('formatTime', {
      fingerprint: 'words',
      message: `Module '"./dates"' has no exported member 'formatTime'.`,
    });
    expect(await ask(run, words, own, 3)).toMatchObject([{ match: 'similar-words' }]);
    expect(await ask(await running('/repo/stranger'), problem('formatDtae'))).toEqual([]);
    expect(await ask(run, problem('formatDtae'), { enabled: false, scope: 'repository' })).toEqual([]);
  });

  it('go to other repositories only where that is switched on, without text of code', async () => {
    const global: LessonSettings = { enabled: true, scope: 'global' };
    await taught('/repo/gives', 'hiddenName', global);
    const run = await running('/repo/takes');
    expect(await ask(run, problem('unlike'))).toEqual([]);
    const told = await ask(run, problem('unlike'), global);
    expect(told).toMatchObject([
      { scope: 'global', remedy: { actions: ['changed an import'], hunks: [], files: [] } },
    ]);
    expect(JSON.stringify(told)).not.toContain('hiddenName');
  });

  it('of runs that ended without being settled are learned when somebody asks', async () => {
    const run = await running('/repo/net');
    await ended(run, [attempt(1, [problem('formatDtae')]), attempt(2, [])]);
    expect(await ask(await running('/repo/net'), problem('formatDtae'))).toHaveLength(1);
  });

  it('are searched by words, also with what no query language may see, shown by the start of an id, and forgotten', async () => {
    const { db } = database.store;
    await taught('/repo/search', 'uniqueWordHere');
    const search = (text: string) => findLessons(db, { text, repository: '/repo/search', limit: 5 });
    expect(await search('uniquewordhere missing_exp')).toHaveLength(1);
    expect(await search('member nowhere')).toEqual([]);
    for (const odd of ["'", "') | !('", '\\', '& | ! ( )', ':*', '\0', '<->', 'a'.repeat(500)])
      expect(Array.isArray(await search(odd))).toBe(true);
    const [lesson] = await search('uniqueWordHere');
    const id = lesson?.id ?? '';
    expect(await findLesson(db, id.slice(0, 10))).toMatchObject({ id });
    expect(await findLesson(db, "x' or 1=1")).toBeNull();
    const run = await running('/repo/search');
    await ask(run, problem('uniqueWordHere'));
    expect(await forgetLesson(db, id)).toBe(true);
    expect(await forgetLesson(db, id)).toBe(false);
    expect(await findLesson(db, id)).toBeNull();
  });

  it('two runs that teach and are told the same at once lose nothing', async () => {
    const { db } = database.store;
    const runs: Awaited<ReturnType<typeof running>>[] = [];
    while (runs.length < 6) runs.push(await running('/repo/race'));
    for (const run of runs) await ended(run, [attempt(1, [problem('a1'), problem('b2')]), attempt(2, [])]);
    await Promise.all(runs.map((run) => learnFromRun(db, run, own)));
    const lessons = await findLessons(db, { repository: '/repo/race', limit: 10 });
    expect(lessons.map(({ mendedRuns }) => mendedRuns)).toEqual([6, 6]);
  });

  it('take hostile text: NUL, half surrogates, very long messages', async () => {
    const run = await running('/repo/hostile');
    const bad = problem('x\0\ud800', {
      message: `\0\udfff${'long '.repeat(50_000)}`,
      fingerprint: 'hostile',
    });
    const checkpoint = {
      stage: 'test' as const,
      baseCommit: 'b',
      plan: null,
      attempts: [attempt(1, [bad]), attempt(2, [])],
      candidate: null,
      unfinished: null,
    };
    await saveCheckpoint(database.store.db, { runId: run.id, epoch: run.epoch, checkpoint });
    await settleRun(database.queue, {
      runId: run.id,
      epoch: run.epoch,
      outcome: 'succeeded',
      error: null,
      delivery,
      attempts: 2,
    });
    expect(await learnFromRun(database.store.db, run, own)).toBe(true);
    expect(await findLessons(database.store.db, { repository: '/repo/hostile', limit: 5 })).toHaveLength(1);
  });
});
