import { describe, expect, it } from 'vitest';
import { earlyEnds } from './early-ends.ts';
import { changedItem } from './item-testing.ts';

function found(path: string, after: string, before = 'const a = 1;\n') {
  return earlyEnds({ items: [changedItem(path, before, after)], scope: null }).map(
    ({ file, line }) => `${file}:${line}`,
  );
}

describe('V7: code that ends a test run as a success', () => {
  it('is named in a source file that does it when imported, and anywhere in a test file', () => {
    expect(found('src/a.js', 'const a = 1;\nprocess.exit(0);\n')).toEqual(['src/a.js:2']);
    expect(found('src/a.js', 'const a = 1;\nif (a) process.exit();\n')).toEqual(['src/a.js:2']);
    expect(found('test/a.js', 'after(() => {\n  process.exit(0);\n});\n')).toEqual(['test/a.js:2']);
    expect(found('test.js', "process.on('exit', () => { process.exitCode = 0 });\n")).toEqual(['test.js:1']);
  });

  it('is none in programs, functions of sources, for failures, and where it was before', () => {
    expect(found('bin/a.js', 'process.exit(0);\n')).toEqual([]);
    expect(found('src/a.js', '#!/usr/bin/env node\nprocess.exit(0);\n')).toEqual([]);
    expect(found('src/a.js', 'export function stop() {\n  process.exit(0);\n}\n')).toEqual([]);
    expect(found('test/a.js', 'process.exit(failed ? 1 : 0);\nprocess.exit(1);\n')).toEqual([]);
    expect(found('test/a.js', 'process.exit(0);\n', 'process.exit(0);\n')).toEqual([]);
  });
});
