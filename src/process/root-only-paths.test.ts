import { describe, expect, it } from 'vitest';
import { adoptRootOnlyPaths, recentRootOnlyPaths, rootOnlyPaths } from './root-only-paths.ts';
import { hostMasks } from './sandbox-host.ts';

const isRoot = process.getuid?.() === 0;

describe('what only root may read', () => {
  it.runIf(isRoot)('is handed on once it was found, and is what the sandbox hides', () => {
    const paths = rootOnlyPaths();
    expect(recentRootOnlyPaths()).toBe(paths);
    expect(hostMasks()).toEqual(expect.arrayContaining([...paths]));
    adoptRootOnlyPaths(['/etc/of-another-process']);
    expect(hostMasks()).toContain('/etc/of-another-process');
  });

  it.runIf(!isRoot)('is nothing that has to be hidden from a child of another user', () => {
    adoptRootOnlyPaths(['/etc/of-another-process']);
    expect(rootOnlyPaths()).toEqual([]);
  });
});
