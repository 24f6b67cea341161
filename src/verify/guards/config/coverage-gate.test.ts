import { describe, expect, it } from 'vitest';
import { scriptLoosenings } from './scripts.ts';

const manifest = (scripts: Readonly<Record<string, string>>) => JSON.stringify({ name: 'x', scripts });
const weights = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
  scriptLoosenings(manifest(before), manifest(after)).map(({ path, weight }) => `${path} ${weight}`);

describe('V7: the coverage that a script asks for', () => {
  it('may not be taken away or lowered', () => {
    const before = { 'test:unit': 'c8 --100 node --test' };
    expect(weights(before, { 'test:unit': 'node --test' })).toEqual(['scripts.test:unit certain']);
    expect(weights(before, { 'test:unit': 'c8 node --test' })).toEqual(['scripts.test:unit certain']);
    expect(weights(before, { 'test:unit': 'vitest run --coverage' })).toEqual(['scripts.test:unit doubtful']);
    const lines = (count: number) => ({ test: `nyc --check-coverage --lines ${count} mocha` });
    expect(weights(lines(90), lines(50))).toEqual(['scripts.test certain']);
  });

  it('may be raised, and asked for by another script', () => {
    const lines = (count: number) => ({ test: `nyc --check-coverage --lines ${count} mocha` });
    expect(weights(lines(50), lines(90))).toEqual([]);
    expect(
      weights({ test: 'c8 --100 node --test' }, { test: 'npm run cover', cover: 'c8 --100 node --test' }),
    ).toEqual([]);
  });
});
