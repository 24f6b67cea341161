import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveInside } from './workspace-path.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'runyard-paths-')));
const root = join(base, 'checkout');

beforeAll(() => {
  mkdirSync(join(root, 'src', 'Components'), { recursive: true });
  mkdirSync(join(root, '.git'));
  writeFileSync(join(root, 'src', 'Components', 'Button.tsx'), '');
  writeFileSync(join(root, 'src', 'index.ts'), '');
  writeFileSync(join(root, 'twins.txt'), '');
  writeFileSync(join(root, 'Twins.txt'), '');
  writeFileSync(join(base, 'outside.txt'), 'secret');
  symlinkSync('/etc', join(root, 'etc-link'));
  symlinkSync(join(base, 'not-there-yet'), join(root, 'dangling'));
  symlinkSync('src', join(root, 'inner-link'));
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

function codeOf(path: string, options = {}): string {
  const result = resolveInside(root, path, options);
  return result.ok ? result.value.relative : result.error.code;
}

describe('resolveInside', () => {
  it('gives the real place of a path that is there', () => {
    expect(resolveInside(root, 'src/index.ts')).toEqual({
      ok: true,
      value: { absolute: join(root, 'src/index.ts'), relative: 'src/index.ts', exists: true },
    });
    expect(codeOf('./src/../src/index.ts')).toBe('src/index.ts');
    expect(codeOf(join(root, 'src'))).toBe('src');
    expect(codeOf('.')).toBe('.');
    expect(codeOf('inner-link/index.ts')).toBe('src/index.ts');
  });

  it.each([
    '../outside.txt',
    '/etc/passwd',
    'src/../../outside.txt',
    'etc-link/passwd',
    'etc-link',
    '.git/config',
    '.GIT/hooks',
    'a\0b',
  ])('G4: refuses %j, which leads out of the workspace', (path) => {
    expect(codeOf(path)).toBe('process.path-outside-workspace');
    expect(codeOf(path, { mustExist: false })).toBe('process.path-outside-workspace');
  });

  it('G4: refuses to make a file through a dangling link', () => {
    expect(codeOf('dangling', { mustExist: false })).toBe('process.path-outside-workspace');
    expect(codeOf('dangling/x', { mustExist: false })).toBe('process.path-outside-workspace');
  });

  it('gives the place of a path that is going to be made', () => {
    expect(resolveInside(root, 'new/deep/file.ts', { mustExist: false })).toEqual({
      ok: true,
      value: { absolute: join(root, 'new/deep/file.ts'), relative: 'new/deep/file.ts', exists: false },
    });
  });

  it('G4: takes a path that differs only in case as meant, if there is exactly one', () => {
    expect(codeOf('SRC/components/button.tsx')).toBe('src/Components/Button.tsx');
    expect(codeOf('TWINS.txt')).toBe('process.path-not-found');
  });

  it('G4: suggests what is similar, or has the same name elsewhere', () => {
    const typo = resolveInside(root, 'src/indx.ts');
    expect(!typo.ok && typo.error.fields['suggestions']).toEqual(['src/index.ts']);
    const moved = resolveInside(root, 'lib/Button.tsx');
    expect(!moved.ok && moved.error.message).toContain('src/Components/Button.tsx');
    const nothing = resolveInside(root, 'src/completely-different-name.ts');
    expect(!nothing.ok && nothing.error.fields['suggestions']).toEqual([]);
  });
});
