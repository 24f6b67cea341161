import { describe, expect, it } from 'vitest';
import {
  chooseLayer,
  fewestFilesFor,
  type LayerFacts,
  layersToRemove,
  strategyAfterTrial,
  strategyWithoutTrial,
} from './workspace-strategy.ts';

const able = {
  wanted: 'auto',
  platform: 'linux',
  isRoot: true,
  missingProgram: null,
  dataDir: '/var/lib/runyard',
} as const;

describe('how work trees are made on a host', () => {
  it('is tried where nothing speaks against a mount', () => {
    expect(strategyWithoutTrial(able)).toBeNull();
    expect(strategyAfterTrial(null).strategy).toBe('overlay');
  });

  it.each([
    ['what was set', { wanted: 'checkout' }],
    ['another system', { platform: 'darwin' }],
    ['another user than root', { isRoot: false }],
    ['a missing program', { missingProgram: 'unshare' }],
    ['a path that mount options cannot hold', { dataDir: '/data,1' }],
    ['a path with a space', { dataDir: '/my data' }],
  ] as const)('is a checkout because of %s, and says so', (_why, facts) => {
    const found = strategyWithoutTrial({ ...able, ...facts });
    expect(found?.strategy).toBe('checkout');
    expect(found?.why).not.toBe('');
  });

  it('is a checkout where the trial failed, in the words of the system', () => {
    const found = strategyAfterTrial('wrong fs type');
    expect(found.strategy).toBe('checkout');
    expect(found.why).toContain('wrong fs type');
    expect(found.next).not.toBeNull();
  });

  it('is an overlay for every repository only where that was asked for', () => {
    expect(fewestFilesFor('overlay')).toBe(0);
    expect(fewestFilesFor('auto')).toBeGreaterThan(100);
  });
});

describe('which prepared checkout is used', () => {
  const facts: LayerFacts = { hasExact: false, changedSinceLatest: null, files: 27_000, fewestFiles: 1000 };

  it('is that of the very commit', () => {
    expect(chooseLayer({ ...facts, hasExact: true, files: 1 })).toBe('exact');
  });

  it('is that of another commit when little changed since', () => {
    expect(chooseLayer({ ...facts, changedSinceLatest: ['a.ts', 'docs/x.gitattributes'] })).toBe('latest');
  });

  it.each(['.gitattributes', 'docs/.gitattributes'])(
    'is a new one when %s changed: files that did not change would have other content',
    (path) => {
      expect(chooseLayer({ ...facts, changedSinceLatest: ['a.ts', path] })).toBe('make');
    },
  );

  it('is a new one when much changed, or when nothing can be compared', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `f${i}`);
    expect(chooseLayer({ ...facts, changedSinceLatest: many })).toBe('make');
    expect(chooseLayer(facts)).toBe('make');
  });

  it('is none for a small repository', () => {
    expect(chooseLayer({ ...facts, files: 999 })).toBe('none');
  });
});

describe('which prepared checkouts go', () => {
  const hour = 60 * 60_000;
  const now = 100 * hour;
  const layer = (name: string, hoursAgo: number, isMounted = false) => ({
    name,
    usedAt: now - hoursAgo * hour,
    isMounted,
  });

  it('are those not used for long, never one that is mounted, and the last three stay', () => {
    const layers = [layer('e', 50), layer('a', 2), layer('b', 3), layer('c', 4), layer('d', 5, true)];
    expect(layersToRemove(layers, now)).toEqual(['e']);
    expect(layersToRemove(layers.slice(0, 4), now)).toEqual(['e']);
    expect(layersToRemove(layers.slice(1, 4), now)).toEqual([]);
  });

  it('are none that were used within the hour', () => {
    const layers = ['a', 'b', 'c', 'd', 'e'].map((name) => layer(name, 0.5));
    expect(layersToRemove(layers, now)).toEqual([]);
  });
});
