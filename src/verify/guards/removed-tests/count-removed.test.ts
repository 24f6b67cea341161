import { describe, expect, it } from 'vitest';
import { changedItem as item } from '../item-testing.ts';
import type { ChangedItem } from '../types.ts';
import { countRemoved } from './count-removed.ts';

const removed = (...items: ChangedItem[]) => countRemoved({ items, scope: null });
const one = "test('adds ones to numbers', () => { expect(sum(1, 1)).toBe(2); });\n";
const two = "test('multiplies', () => { expect(product(2, 3)).toBe(6); });\n";

describe('V3: how many tests a change takes away', () => {
  it('counts cases that are gone, in files that are, too, and none that only moved', () => {
    expect(removed(item('a.test.js', one + two, one))).toBe(1);
    expect(removed(item('a.test.js', one + two, null))).toBe(2);
    expect(removed(item('a.test.js', one + two, one), item('b.test.js', null, two))).toBe(0);
    expect(removed(item('src/a.js', 'process', 'process.exit(0)'))).toBe(0);
  });

  it('cannot say for tests of a loop, languages it does not read, fixtures and documentation', () => {
    expect(removed(item('a.test.js', `for (const x of all) ${two}`, ''))).toBeNull();
    expect(removed(item('src/test/java/SumTest.java', '@Test void sum() {}', null))).toBeNull();
    const shared = "import suite from './suites/all.js';\n";
    expect(removed(item('test/a.js', shared + one, null))).toBeNull();
    expect(removed(item('src/a.test.js', shared + one, null))).toBe(1);
    expect(removed(item('test/fixtures/a.json', '{}', null))).toBeNull();
    expect(removed(item('src/lib.rs', '/// ```\n/// sum(1)\n/// ```\nfn a() {}', 'fn a() {}'))).toBeNull();
  });
});
