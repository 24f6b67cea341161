import { describe, expect, it } from 'vitest';
import { detectChecks } from './detect-checks.ts';
import { type Mention, mentionedBy } from './mentions.ts';
import { packageNames } from './package-names.ts';
import { repositoryFilesOf } from './repository-files.ts';

const texts = new Map([
  ['package.json', JSON.stringify({ workspaces: ['packages/*', 'packages/a/nested'] })],
  ['tsconfig.base.json', '{ "compilerOptions": { "paths": { "@b/*": ["packages/b/src/*"] } } }'],
  ['packages/a/package.json', JSON.stringify({ name: '@org/a', scripts: { test: 'node --test' } })],
  ['packages/a/nested/package.json', JSON.stringify({ name: 'nested', scripts: { test: 'node --test' } })],
  ['packages/b/package.json', JSON.stringify({ name: '@org/b', scripts: { test: 'node --test' } })],
  ['packages/bc/package.json', JSON.stringify({ name: 'bc', scripts: { test: 'node --test' } })],
]);
const folders = ['packages/a', 'packages/a/nested', 'packages/b', 'packages/bc'];

describe('V1: what leads from one package into another', () => {
  it.each<[string, string, string, string[]]>([
    ['a path of an import', 'packages/a/src/x.ts', '../../b/src/y.ts', ['packages/b']],
    ['a path to the folder itself', 'packages/a/x.ts', '../b', ['packages/b']],
    ['a path from where scripts run', 'packages/a/test/deep/x.ts', '../b/data.json', ['packages/b']],
    ['a path with a prefix', 'packages/a/package.json', '<rootDir>/../b/src', ['packages/b']],
    ['a path into a nested package', 'packages/b/x.ts', '../a/nested/x.ts', ['packages/a/nested']],
    ['a path out of a nested package', 'packages/a/nested/src/x.ts', '../../src/y.ts', ['packages/a']],
    ['a link', 'packages/a/shared', '../b/src', ['packages/b']],
    ['a name', 'packages/a/x.ts', '@org/b/sub', ['packages/b']],
    ['an alias', 'packages/a/x.ts', '@b/y', ['packages/b']],
    ['a pattern for all', 'packages/a/x.ts', '../*/src', ['packages/a/nested', 'packages/b', 'packages/bc']],
    ['a text with a gap', 'packages/bc/x.ts', '../a/${name}.ts', ['packages/a']],
    ['a path that stays', 'packages/a/src/deep/x.ts', '../y.ts', []],
    ['a path to the root', 'packages/a/src/x.ts', '../../../tools/y.ts', []],
    ['its own name', 'packages/a/x.ts', '@org/a', []],
    ['a file of no package', 'tools/x.ts', '../packages/b/x.ts', []],
  ])('%s', (_, file, text, expected) => {
    const byName = packageNames(folders, texts);
    const edges = mentionedBy([{ file, text }], { folders, byName });
    expect([...edges.values()].flatMap((others) => [...others]).sort()).toEqual(expected);
  });

  const affectedBy = (mentions: readonly Mention[] | null) =>
    detectChecks(repositoryFilesOf(texts, mentions), {
      timeoutMs: 1000,
      hasExecutable: () => true,
      changedFiles: ['packages/b/src/y.ts'],
    }).workspace?.affected;

  it('makes a package affected by a change of the other, and says how', () => {
    const mention = { file: 'packages/a/src/x.ts', text: '../../b/src/y.ts' };
    expect(affectedBy([mention])?.packages).toEqual([
      { folder: 'packages/a', name: '@org/a', reason: 'has files that name packages/b' },
      { folder: 'packages/b', name: '@org/b', reason: 'changed' },
    ]);
    expect(affectedBy([])?.packages.map(({ folder }) => folder)).toEqual(['packages/b']);
  });

  it('makes all affected where nobody can say', () => {
    expect(affectedBy(null)?.all).toContain('too many');
  });
});
