import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RelatedRequest, relatedTests } from './related-tests.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function related(files: Readonly<Record<string, string>>, change: Partial<RelatedRequest>): string[] | null {
  const root = mkdtempSync(join(tmpdir(), 'runyard-test-related-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(root, path));
    else writeFileSync(join(root, path), text);
  }
  const tests = Object.keys(files).filter((path) => path.includes('.test.'));
  return relatedTests({
    root,
    changed: [],
    tests,
    mostFiles: 100,
    deadline: performance.now() + 60_000,
    ...change,
  });
}

const files = {
  'src/a.ts': 'export const a = 1;',
  'src/b.ts': "export * from './a.js';",
  'src/c.cjs': "module.exports = require('./d.cjs');",
  'src/d.cjs': 'module.exports = 1;',
  'src/loop.js': "import './loop2.js';",
  'src/loop2.js': "import './loop.js';",
  'test/a.test.ts': "import { a } from '../src/b.ts';",
  'test/c.test.cjs': "require('../src/c.cjs');",
  'test/lazy.test.js': "const { a } = await import('../src/a.ts');",
  'test/loop.test.js': "import '../src/loop.js';",
  'test/none.test.js': "import 'node:fs';\nimport 'some-package';",
  'test/broken.test.js': 'import {{{',
};

describe('V2: the tests that depend on changed files', () => {
  it.each([
    [['src/a.ts'], ['test/a.test.ts', 'test/lazy.test.js']],
    [['src/d.cjs'], ['test/c.test.cjs']],
    [['src/loop2.js'], ['test/loop.test.js']],
    [['test/none.test.js'], ['test/none.test.js']],
    [['README.md', '../outside.js'], []],
    [['test/broken.test.js'], ['test/broken.test.js']],
  ])('of %j are %j', (changed, expected) => expect(related(files, { changed })).toEqual(expected));

  it('cannot be told of more files than the limit, nor after the deadline', () => {
    expect(related(files, { changed: ['src/a.ts'], mostFiles: 3 })).toBeNull();
    expect(related(files, { changed: ['src/a.ts'], deadline: 0 })).toBeNull();
  });

  it('are not looked for outside the repository, wherever a link leads', () => {
    const linked = { 'test/x.test.js': "import '../src/out.js';", 'src/out.js': '-> /etc/hostname' };
    expect(related(linked, { changed: ['src/out.js'] })).toEqual([]);
  });
});
