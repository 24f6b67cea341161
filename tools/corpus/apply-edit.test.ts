import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEdit } from './apply-edit.ts';
import type { Edit } from './corpus-file.ts';

let target = '';

beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), 'runyard-corpus-edit-'));
  writeFileSync(path.join(target, 'a.txt'), 'one two one\n');
});

afterEach(() => rmSync(target, { recursive: true, force: true }));

describe('applyEdit', () => {
  it('replaces a text that is there once', () => {
    apply({ file: 'a.txt', replace: 'two', with: 'three $&', everywhere: false });
    expect(read('a.txt')).toBe('one three $& one\n');
  });

  it('refuses a text that is not there or there more than once: such a case would prove nothing', () => {
    expect(() => apply({ file: 'a.txt', replace: 'four', with: '', everywhere: false })).toThrow(
      'does not hold',
    );
    expect(() => apply({ file: 'a.txt', replace: 'one', with: '', everywhere: false })).toThrow('2 times');
  });

  it('moves, deletes and makes files', () => {
    apply({ move: 'a.txt', to: 'deep/b.txt' });
    apply({ file: 'c.txt', content: 'new' });
    apply({ delete: 'c.txt' });
    expect(read('deep/b.txt')).toBe('one two one\n');
    expect(() => read('c.txt')).toThrow('ENOENT');
  });

  it('V7: puts secrets together when they are needed, the same ones every time', () => {
    apply({ file: 'b.txt', content: '{{secret:github}}' });
    apply({ file: 'c.txt', content: '{{secret:github}}' });
    expect(read('b.txt')).toMatch(/^ghp_\w{36}$/);
    expect(read('c.txt')).toBe(read('b.txt'));
  });
});

function apply(edit: Edit): void {
  applyEdit(edit, { target, stackFolder: target });
}

function read(file: string): string {
  return readFileSync(path.join(target, file), 'utf8');
}
