import { describe, expect, it } from 'vitest';
import { carriedPackages, manifestsAround } from './carried-packages.ts';

const manifests = new Map([
  ['package.json', JSON.stringify({ devDependencies: { chai: '5', '@scope/tool': '1' } })],
  ['packages/a/package.json', JSON.stringify({ dependencies: { debug: '4' } })],
]);

function judged(changedFiles: string[], baseFiles: string[] = []): string {
  const { failure, warnings } = carriedPackages({ baseFiles, changedFiles, manifests }, 1000);
  return failure ? 'failed' : warnings.length > 0 ? 'warned' : 'nothing';
}

describe('V7: packages that a change carries', () => {
  it.each<[string, string[], string]>([
    ['in the root', ['node_modules/anything/index.js'], 'failed'],
    ['as a link', ['test/node_modules'], 'failed'],
    ['as a program', ['test/node_modules/.bin/npm'], 'failed'],
    ['in place of one the root depends on', ['test/node_modules/chai/index.js'], 'failed'],
    ['in place of a scoped one', ['src/deep/node_modules/@scope/tool/x.js'], 'failed'],
    ['in place of one its own package depends on', ['packages/a/test/node_modules/debug/x.js'], 'failed'],
    ['for a test of a resolver', ['test/fixtures/node_modules/invented/index.js'], 'warned'],
    ['that another package depends on', ['packages/b/test/node_modules/debug/x.js'], 'warned'],
    ['not at all', ['src/node_modules.ts'], 'nothing'],
  ])('%s: %s', (_, changed, expected) => {
    expect(judged(changed)).toBe(expected);
  });

  it('may be changed where they have always been carried', () => {
    expect(judged(['node_modules/x/a.js'], ['node_modules/x/a.js'])).toBe('warned');
    expect(judged(['test/node_modules/chai/b.js'], ['test/node_modules/chai/a.js'])).toBe('warned');
    expect(judged(['test/node_modules/chai/b.js'], ['test/node_modules/other/a.js'])).toBe('failed');
  });

  it('are judged by the manifests of the folders around them', () => {
    expect(manifestsAround(['packages/a/test/node_modules/debug/x.js', 'src/x.ts'])).toEqual([
      'package.json',
      'packages/package.json',
      'packages/a/package.json',
      'packages/a/test/package.json',
    ]);
  });
});
