import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Check, CheckResult } from '../domain/verdict.ts';
import type { CheckTree } from './check-tree.ts';
import { createEarlyRuns, type EarlyRuns } from './early-runs.ts';

type CheckStatus = CheckResult['status'];

const check: Check = { name: 'test', kind: 'test', argv: ['x'], timeoutMs: 1_000, source: 'x' };
const ended = (status: CheckStatus): CheckResult => {
  return { check, status, exitCode: 0, durationMs: 1, output: '', diagnostics: [] };
};

afterEach(() => vi.useRealTimers());

/** One run that ends as it is told, or as `not-run` when it is stopped. */
function early({ install = null, tookMs = 0 }: { install?: CheckResult | null; tookMs?: number } = {}) {
  const told = Promise.withResolvers<CheckResult>();
  const seen = { runs: 0, removed: 0, stopped: [] as unknown[], used: [] as CheckStatus[] };
  const tree = { install, remove: async () => void (seen.removed += 1) } as unknown as CheckTree;
  const runs: EarlyRuns = createEarlyRuns({
    createTree: async () => tree,
    tookMs: () => tookMs,
    used: ({ status }) => seen.used.push(status),
    run: (_check, _tree, stop) => {
      seen.runs += 1;
      stop.addEventListener('abort', () => {
        seen.stopped.push(stop.reason);
        told.resolve(ended('not-run'));
      });
      return told.promise;
    },
  });
  return { runs, seen, end: (status: CheckStatus) => told.resolve(ended(status)), fail: told.reject };
}

const { signal } = new AbortController();

describe('V3: a run on the base commit that begins before anybody asks', () => {
  it('is the answer when it passes, and removes its tree', async () => {
    const { runs, seen, end } = early();
    const begun = runs.begin([check], signal);
    const asked = runs.passOf(check);
    end('passed');
    expect(await asked).toEqual(ended('passed'));
    await begun;
    expect(seen).toEqual({ runs: 1, removed: 1, stopped: [], used: ['passed'] });
  });

  it.each<CheckStatus>(['failed', 'timed-out', 'not-run'])(
    'is no answer when it ended as %s',
    async (status) => {
      const { runs, end } = early();
      void runs.begin([check], signal);
      end(status);
      expect(await runs.passOf(check)).toBeNull();
    },
  );

  it('is no answer when it throws, or where the packages could not be installed', async () => {
    const thrown = early();
    const begun = thrown.runs.begin([check], signal);
    thrown.fail(new Error('no space'));
    expect(await thrown.runs.passOf(check)).toBeNull();
    await begun;
    const broken = early({ install: ended('failed') });
    await broken.runs.begin([check], signal);
    expect([await broken.runs.passOf(check), broken.seen]).toEqual([
      null,
      { runs: 0, removed: 1, stopped: [], used: [] },
    ]);
  });

  it('runs what it needs before, and is no answer where that does not pass', async () => {
    const build: Check = { ...check, name: 'build', kind: 'build' };
    const ran: string[] = [];
    const tree = { install: null, remove: async () => undefined } as unknown as CheckTree;
    const early = (built: CheckStatus) =>
      createEarlyRuns({
        createTree: async () => tree,
        tookMs: () => 0,
        used: () => undefined,
        run: async ({ name }) => {
          ran.push(name);
          return ended(name === 'build' ? built : 'passed');
        },
      });
    const [good, bad] = [early('passed'), early('failed')];
    await good.begin([build, check], signal);
    expect([await good.passOf(check), ran]).toEqual([ended('passed'), ['build', 'test']]);
    await bad.begin([build, check], signal);
    expect([await bad.passOf(check), ran]).toEqual([null, ['build', 'test', 'build']]);
  });

  it('ends the installation of its packages with the verification', async () => {
    const over = new AbortController();
    const runs = createEarlyRuns({
      createTree: (stop) =>
        new Promise((_, reject) => stop.addEventListener('abort', () => reject(new Error('stopped')))),
      tookMs: () => 0,
      used: () => undefined,
      run: async () => ended('passed'),
    });
    const begun = runs.begin([check], over.signal);
    const asked = runs.passOf(check);
    over.abort();
    await begun;
    expect(await asked).toBeNull();
  });

  it('is nothing where none has begun, and does not begin any more', async () => {
    const { runs, seen } = early();
    expect(await runs.passOf(check)).toBeNull();
    await runs.begin([check], signal);
    expect(seen.runs).toBe(0);
  });

  it('is ended with the verification, and its tree removed', async () => {
    const over = new AbortController();
    const { runs, seen } = early();
    const begun = runs.begin([check], over.signal);
    over.abort('done');
    await begun;
    expect(seen.removed).toBe(1);
    expect(await runs.passOf(check)).toBeNull();
  });

  it.each([
    { tookMs: 40_000, ranMs: 30_000, waitsMs: 20_000 },
    { tookMs: 4_000, ranMs: 30_000, waitsMs: 1_000 },
  ])(
    'is waited for $waitsMs ms after $ranMs ms where the change took $tookMs ms, then ended',
    async (given) => {
      const { tookMs, ranMs, waitsMs } = given;
      vi.useFakeTimers();
      const { runs, seen } = early({ tookMs });
      const begun = runs.begin([check], signal);
      await vi.advanceTimersByTimeAsync(ranMs);
      const asked = runs.passOf(check);
      await vi.advanceTimersByTimeAsync(waitsMs - 1);
      expect(seen.stopped).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect([await asked, seen.stopped]).toEqual([null, ['it takes too long']]);
      await begun;
    },
  );
});
