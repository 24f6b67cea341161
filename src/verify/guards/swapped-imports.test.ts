import { describe, expect, it } from 'vitest';
import { changedItem as item } from './item-testing.ts';
import { swappedImports } from './swapped-imports.ts';
import type { ChangedItem } from './types.ts';

const messages = (...items: ChangedItem[]) =>
  swappedImports({ items, scope: null }).map(({ message }) => message);

describe('V7: what a test imports in place of the program', () => {
  it('is named where it is a part of the tests', () => {
    expect(messages(item('test.js', "require('./')", "require('./fixtures/copy')"))).toEqual([
      'test.js no longer imports the package itself, but fixtures/copy, which is part of the tests.',
    ]);
    expect(
      messages(item('test/a.js', "import a from '../src/a.js';", "import a from './a-copy.js';")),
    ).toEqual(['test/a.js no longer imports src/a, but test/a-copy, which is part of the tests.']);
  });

  it('is none where the program was moved, is imported as before, or is another file of the program', () => {
    const gone = item('src/a.js', 'x', null);
    expect(messages(gone, item('test/a.js', "require('../src/a')", "require('./helper')"))).toEqual([]);
    const both = "require('../src/a.js'); require('./helper')";
    expect(messages(item('test/a.js', "require('../src/a')", both))).toEqual([]);
    expect(messages(item('test/a.js', "require('../src/a')", "require('../src/b')"))).toEqual([]);
  });
});
