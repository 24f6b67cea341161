import { describe, expect, it } from 'vitest';
import { decideResources } from './decide-resources.ts';

const MB = 1024 * 1024;
const thresholds = { minFreeDiskMb: 1000, minFreeMemoryMb: 200 };
const host = (diskMb: number | null, memoryMb: number | null) => ({
  freeDiskBytes: diskMb === null ? null : diskMb * MB,
  freeMemoryBytes: memoryMb === null ? null : memoryMb * MB,
});

describe('decideResources', () => {
  it('X10: says what is short, how much is there and how much is needed', () => {
    expect(decideResources(host(1000, 200), thresholds, [])).toEqual([]);
    expect(decideResources(host(999, 199), thresholds, [])).toEqual([
      { what: 'disk', freeBytes: 999 * MB, neededBytes: 1000 * MB },
      { what: 'memory', freeBytes: 199 * MB, neededBytes: 200 * MB },
    ]);
  });

  it('X10: what was short is enough only clearly above the threshold; the other one is not held to that', () => {
    const disk = decideResources(host(999, 5000), thresholds, []);
    expect(decideResources(host(1199, 200), thresholds, disk)).toMatchObject([
      { what: 'disk', neededBytes: 1200 * MB },
    ]);
    expect(decideResources(host(1200, 200), thresholds, disk)).toEqual([]);
  });

  it('X10: what cannot be told, or is not looked at, is not held against the host', () => {
    expect(decideResources(host(null, null), thresholds, [])).toEqual([]);
    expect(decideResources(host(0, 0), { minFreeDiskMb: 0, minFreeMemoryMb: 0 }, [])).toEqual([]);
  });
});
