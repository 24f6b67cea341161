import { describe, expect, it } from 'vitest';
import type { Check, CheckKind } from '../domain/verdict.ts';
import { isBusy, laneCount } from './lane-count.ts';
import { type LaneCheck, runLanes } from './run-lanes.ts';

const check = (name: string, kind: CheckKind, partOf: Check | null = null): LaneCheck => ({
  check: { name, kind, argv: ['x'], timeoutMs: 1000, source: 'x' },
  needs: [],
  partOf,
});

describe('V1: checks side by side', () => {
  it('are ended, and waited for, when one of them throws', async () => {
    const ended: string[] = [];
    const running = runLanes({
      checks: [check('typecheck', 'typecheck'), check('test', 'test')],
      lanes: 2,
      stopEarly: true,
      worse: [],
      leave: () => undefined,
      run: async ({ check: { name } }, _tree, stop) => {
        if (name === 'typecheck') throw new Error('no space');
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        ended.push(name);
        return false;
      },
    });
    await expect(running).rejects.toThrow('no space');
    expect(ended).toEqual(['test']);
  });

  it('are never dropped in silence: one that could not begin is an error', async () => {
    const run = runLanes({
      checks: [check('lint', 'lint'), { ...check('test', 'test'), needs: ['nowhere'] }],
      lanes: 2,
      stopEarly: true,
      worse: [],
      leave: () => undefined,
      run: async () => false,
    });
    await expect(run).rejects.toThrow('No lane can take test.');
  });

  it('are ended with the reason when the change does not compile, and none begins that would', async () => {
    const told: unknown[] = [];
    const left: string[] = [];
    await runLanes({
      checks: [
        check('typecheck', 'typecheck'),
        check('build', 'build'),
        check('lint', 'lint'),
        check('test', 'test'),
      ],
      lanes: 2,
      stopEarly: true,
      worse: [],
      leave: ({ check: { name } }) => left.push(name),
      run: async ({ check: { kind } }, _tree, stop) => {
        if (kind !== 'test') return kind === 'typecheck';
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        told.push(stop.reason);
        return false;
      },
    });
    expect(told).toEqual([expect.stringContaining('does not compile')]);
    expect(left).toEqual(['build']);
  });

  it('V2: a suite is ended, with the reason, by tests of the changed files that fail beside it', async () => {
    const test = check('test', 'test');
    const told: unknown[] = [];
    await runLanes({
      checks: [check('test:changed', 'test', test.check), test],
      lanes: 2,
      stopEarly: false,
      worse: [],
      leave: () => undefined,
      run: async ({ partOf }, _tree, stop) => {
        if (partOf) return true;
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        told.push(stop.reason);
        return false;
      },
    });
    expect(told).toEqual([expect.stringContaining('tests of the changed files fail')]);
  });

  it('leave lanes with nothing left to do to other work, which ends with them', async () => {
    const events: string[] = [];
    const lint = Promise.withResolvers<void>();
    const test = Promise.withResolvers<void>();
    const spare = (name: string, then: () => void) => async (stop: AbortSignal) => {
      events.push(`${name} begins`);
      const over = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
      then();
      await over;
      events.push(`${name} ends`);
    };
    const running = runLanes({
      checks: [check('lint', 'lint'), check('test', 'test')],
      lanes: 2,
      stopEarly: true,
      worse: [],
      leave: () => undefined,
      spare: [spare('first', test.resolve), spare('second', () => undefined)],
      run: async ({ check: { name } }) => {
        await (name === 'lint' ? lint.promise : test.promise);
        events.push(name);
        return false;
      },
    });
    lint.resolve();
    await running;
    expect(events).toEqual(['lint', 'first begins', 'test', 'first ends']);
  });

  it('gives a lane that could only go back a tree of its own number', async () => {
    const trees: Record<string, number> = {};
    const ended = Promise.withResolvers<void>();
    await runLanes({
      checks: [check('lint', 'lint'), check('typecheck', 'typecheck'), check('test', 'test')],
      lanes: 2,
      stopEarly: true,
      worse: [],
      leave: () => undefined,
      run: async ({ check: { name } }, tree) => {
        trees[name] = tree;
        if (name === 'lint') await ended.promise;
        if (name === 'typecheck') ended.resolve();
        return false;
      },
    });
    expect(trees).toEqual({ test: 0, lint: 1, typecheck: 2 });
  });

  it('leave nothing to spare on a machine with more than two processes per core', () => {
    expect([isBusy(2, 4), isBusy(2, 4.1), isBusy(8, 4.1)]).toEqual([false, true, false]);
  });

  it('are as many as cores and free memory allow, one at least and four at most', () => {
    const GiB = 1024 ** 3;
    expect([
      laneCount(1, 8 * GiB),
      laneCount(2, 8 * GiB),
      laneCount(16, 64 * GiB),
      laneCount(8, 2 * GiB),
      laneCount(8, 0),
    ]).toEqual([1, 2, 4, 1, 1]);
  });
});
