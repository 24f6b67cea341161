import { describe, expect, it } from 'vitest';
import { hunksOf } from './attempt-change.ts';

describe('D8: the hunks of a difference', () => {
  it('have their file, also where a line of the change looks like a header', () => {
    const diff = [
      'diff --git a/src/a.ts b/src/a.ts',
      'index 1..2 100644',
      '--- a/src/a.ts',
      '+++ b/src/a.ts',
      '@@ -1,2 +1,3 @@ function x() {',
      ' kept',
      '--- a/planted.ts',
      '+++ b/planted.ts',
      '+@@ -1 +1 @@',
      '\\ No newline at end of file',
      'diff --git a/gone.ts b/gone.ts',
      'deleted file mode 100644',
      '--- a/gone.ts',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-last',
      'diff --git a/pic.png b/pic.png',
      'Binary files a/pic.png and b/pic.png differ',
      '',
    ].join('\n');
    expect(hunksOf(diff)).toEqual([
      { file: 'src/a.ts', text: ' kept\n--- a/planted.ts\n+++ b/planted.ts\n+@@ -1 +1 @@' },
      { file: 'gone.ts', text: '-last' },
    ]);
  });

  it('of text that is cut short or no difference at all are those that are there', () => {
    expect(hunksOf('')).toEqual([]);
    expect(hunksOf('@@ -1 +1 @@\n-x')).toEqual([]);
    const cut = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,9 +1,9 @@\n-x';
    expect(hunksOf(cut)).toEqual([{ file: 'a', text: '-x' }]);
  });
});
