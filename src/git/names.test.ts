import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchName, revertBranchName, tagName } from './names.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const RUN = 'k3v9m2x7q4zt';

describe('names of branches and tags', () => {
  it('carry the key of the ticket, or its title in plain words', () => {
    expect(branchName({ key: 'PROJ-12', title: 'anything' }, RUN)).toBe('runyard/PROJ-12-k3v9m2');
    expect(branchName({ key: null, title: 'Fix the Größe of “tabs” (again)!' }, RUN)).toBe(
      'runyard/fix-the-gro-e-of-tabs-again-k3v9m2',
    );
    expect(tagName({ key: 'PROJ-12', title: '' }, COMMIT)).toBe('ai/PROJ-12/before-0123456');
    expect(revertBranchName(COMMIT)).toBe('runyard/revert-0123456');
  });

  it('have a word where a title has none that can be used', () => {
    expect(branchName({ key: null, title: '修复登录' }, RUN)).toBe('runyard/ticket-k3v9m2');
    expect(tagName({ key: '..', title: '$(rm -rf /)' }, COMMIT)).toBe('ai/rm-rf/before-0123456');
  });

  it('G6: git accepts every one of them, whatever the ticket is called', () => {
    const nasty = [
      'HEAD',
      '@{-1}',
      'a..b',
      'x.lock',
      '-dash',
      '~^:?*[\\',
      'a//b',
      '.hidden',
      'end.',
      '@',
      '\0\n\t',
      '`id`;$(id)',
    ];
    const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 200 }));
    const names = fc.sample(fc.tuple(fc.option(text), text), 150).flatMap(([key, title]) => {
      const ticket = { key, title };
      return [`refs/heads/${branchName(ticket, RUN)}`, `refs/tags/${tagName(ticket, COMMIT)}`];
    });
    for (const name of names) expect(name).toMatch(/^refs\/(heads|tags)\/(runyard|ai)\/[\w/-]{1,100}$/);
    const script = 'for name; do git check-ref-format "$name" || echo "refused $name"; done';
    expect(execFileSync('sh', ['-c', script, 'sh', ...names], { encoding: 'utf8' })).toBe('');
  });
});
