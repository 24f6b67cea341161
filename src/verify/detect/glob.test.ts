import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('folders of a workspace', () => {
  it.each([
    ['packages/a', 'packages/*', true],
    ['packages/a/b', 'packages/*', false],
    ['packages/a/b', 'packages/**', true],
    ['packages', 'packages/**', true],
    ['a/x/b', 'a/**/b', true],
    ['a/b', 'a/**/b', true],
    ['packages/a', './packages/*/', true],
    ['apps/web', 'apps/{web,api}', true],
    ['apps/docs', 'apps/{web,api}', false],
    ['libs/a-core', 'libs/*-core', true],
    ['libs/core', 'libs/?ore', true],
    ['packages/.hidden', 'packages/*', false],
    ['packages/node_modules', 'packages/*', false],
    ['a', '{a', false],
    ['a.b', 'a?b', true],
    ['anything', '*', true],
  ])('%s and %s', (path, pattern, expected) => {
    expect(matchesGlob(path, pattern)).toBe(expected);
  });

  it('are compared in bounded time, whatever the pattern', () => {
    const stars = `${'*a'.repeat(400)}b`;
    expect(matchesGlob('a'.repeat(4000), stars)).toBe(false);
    expect(matchesGlob(Array.from({ length: 400 }, () => 'a').join('/'), `${'**/'.repeat(300)}b`)).toBe(
      false,
    );
    expect(matchesGlob('x', '{a,b}'.repeat(150))).toBe(false);
  });
});
