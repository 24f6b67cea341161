import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefresher } from './refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('reading again what may have changed', () => {
  it('never cuts a reading short, and reads once more after the last change', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const { refresh } = createRefresher(async (name) => {
      begun.push(name);
      await new Promise((resolve) => setTimeout(resolve, 900));
      ended.push(name);
    });
    for (let change = 0; change < 20; change++) {
      refresh('runs', 100);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(ended.length).toBeGreaterThanOrEqual(3);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(begun.length).toBe(ended.length);
    const settled = begun.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(begun.length).toBe(settled);
  });

  it('goes on after a reading that failed', async () => {
    let readings = 0;
    const { refresh } = createRefresher(async () => {
      readings += 1;
      throw new Error('away');
    });
    refresh('queue', 10);
    await vi.advanceTimersByTimeAsync(50);
    refresh('queue', 10);
    await vi.advanceTimersByTimeAsync(50);
    expect(readings).toBe(2);
  });
});
