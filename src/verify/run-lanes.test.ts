import { describe, expect, it } from 'vitest';
import type { Check, CheckKind } from '../domain/verdict.ts';
import { laneCount } from './lane-count.ts';
import { runLanes } from './run-lanes.ts';

const check = (name: string, kind: CheckKind): Check => ({
  name,
  kind,
  argv: ['x'],
  timeoutMs: 1000,
  source: 'x',
  needs: [],
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
      run: async ({ name }, _lane, stop) => {
        if (name === 'typecheck') throw new Error('no space');
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        ended.push(name);
        return false;
      },
    });
    await expect(running).rejects.toThrow('no space');
    expect(ended).toEqual(['test']);
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
      leave: ({ name }) => left.push(name),
      run: async ({ kind }, _lane, stop) => {
        if (kind !== 'test') return kind === 'typecheck';
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
        told.push(stop.reason);
        return false;
      },
    });
    expect(told).toEqual([expect.stringContaining('does not compile')]);
    expect(left).toEqual(['build']);
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
