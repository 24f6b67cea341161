import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allTools } from './all-tools.ts';
import type { ToolContext } from './tool.ts';

let root: string;
let outside: string;
let changed: string[];

beforeEach(async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'runyard-tools-')));
  root = join(base, 'workspace');
  outside = join(base, 'secret.txt');
  changed = [];
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(outside, 'secret');
  await writeFile(
    join(root, 'src/Foo.ts'),
    'export const a = 1;\nexport const b = 2;\nexport const a2 = 1;\n',
  );
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(join(root, '..'), { recursive: true, force: true });
});

function call(name: string, input: unknown, extra: Partial<ToolContext> = {}) {
  const tool = allTools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool.call(input, {
    root,
    environment: { PATH: '/usr/bin:/bin' },
    longestCommandMs: 20_000,
    signal: new AbortController().signal,
    onChange: (path) => changed.push(path),
    ...extra,
  });
}
const text = (path: string) => readFile(join(root, path), 'utf8');

describe('tools of the built-in agent', () => {
  it('answer wrong input with what is wrong, for the model to mend', async () => {
    const output = await call('read_file', { file: 'x' });
    expect(output.isError).toBe(true);
    expect(output.text).toContain('path');
  });

  describe('paths', () => {
    it.each(['../secret.txt', '/etc/passwd', 'src/../../secret.txt', 'link', 'linked/secret.txt'])(
      'G4: nothing outside the workspace is read or written: %s',
      async (path) => {
        await symlink(outside, join(root, 'link'));
        await symlink(join(root, '..'), join(root, 'linked'));
        for (const [tool, input] of [
          ['read_file', { path }],
          ['search', { path, pattern: 'e' }],
          ['list_files', { path }],
          ['write_file', { path, content: 'x' }],
          ['edit_file', { path, old_text: 'secret', new_text: 'x' }],
        ] as const) {
          const output = await call(tool, input);
          expect({ tool, ...output }).toMatchObject({
            tool,
            isError: true,
            text: expect.stringContaining('workspace'),
          });
        }
        expect(await readFile(outside, 'utf8')).toBe('secret');
        expect(changed).toEqual([]);
      },
    );

    it('G4: a dangling link is not written through', async () => {
      await symlink(join(root, '../new.txt'), join(root, 'dangling'));
      expect(await call('write_file', { path: 'dangling', content: 'x' })).toMatchObject({ isError: true });
      await expect(readFile(join(root, '../new.txt'))).rejects.toThrow('ENOENT');
    });

    it('G4: a missing file comes with suggestions, another case is understood', async () => {
      const missing = await call('read_file', { path: 'lib/Foo.ts' });
      expect(missing).toMatchObject({ isError: true, text: expect.stringContaining('src/Foo.ts') });
      expect((await call('read_file', { path: 'src/foo.ts' })).text).toContain('1\texport const a = 1;');
      const twin = await call('write_file', { path: 'src/foo.TS', content: '' });
      expect(twin.text).toContain('Note: Foo.ts is there too');
    });

    it('the folder .git is out of reach', async () => {
      await mkdir(join(root, '.git'));
      expect(await call('write_file', { path: '.git/config', content: 'x' })).toMatchObject({
        isError: true,
      });
    });
  });

  it('list_files names folders, links and what it does not enter', async () => {
    await mkdir(join(root, 'node_modules/x'), { recursive: true });
    await writeFile(join(root, 'node_modules/x/index.js'), '');
    await symlink('src', join(root, 'alias'));
    expect((await call('list_files', {})).text.split('\n')).toEqual([
      'alias (link)',
      'node_modules/',
      'src/',
      'src/Foo.ts',
    ]);
    expect((await call('list_files', { path: 'src/Foo.ts' })).isError).toBe(true);
  });

  it('list_files stops at its limit and says so', async () => {
    await Promise.all(Array.from({ length: 510 }, (_, i) => writeFile(join(root, `f${i}`), '')));
    const lines = (await call('list_files', {})).text.split('\n');
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toContain('more than 500');
  });

  it('read_file reads a range and says how to read on', async () => {
    await writeFile(join(root, 'long'), Array.from({ length: 3_000 }, (_, i) => `line ${i + 1}`).join('\n'));
    const all = await call('read_file', { path: 'long' });
    expect(all.text.split('\n')).toHaveLength(1_001);
    expect(all.text).toContain('[lines 1 to 1000 of 3000; read on with start_line 1001]');
    const range = await call('read_file', { path: 'long', start_line: 2_999, end_line: 9_999 });
    expect(range.text).toBe('2999\tline 2999\n3000\tline 3000\n[lines 2999 to 3000 of 3000]');
    expect((await call('read_file', { path: 'long', start_line: 3_001 })).isError).toBe(true);
  });

  it('G5: binary and oversized files are refused with their size, long lines are cut', async () => {
    await writeFile(join(root, 'image'), Buffer.from([137, 80, 0, 1]));
    expect(await call('read_file', { path: 'image' })).toEqual({
      isError: true,
      text: 'image is a binary file (4 bytes); only text can be read.',
    });
    await writeFile(join(root, 'huge'), Buffer.alloc(17 * 1024 * 1024, 97));
    expect(await call('read_file', { path: 'huge' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('17825792 bytes'),
    });
    await writeFile(join(root, 'wide'), 'x'.repeat(5_000));
    expect((await call('read_file', { path: 'wide' })).text).toContain('[3000 more characters]');
  });

  it('search finds lines by expression, in text files only', async () => {
    await mkdir(join(root, 'node_modules'));
    await writeFile(join(root, 'node_modules/a.ts'), 'const b = 2;');
    await writeFile(join(root, 'binary.ts'), Buffer.from('const b = 2;\0'));
    expect((await call('search', { pattern: 'const B\\b', ignore_case: true })).text).toBe(
      'src/Foo.ts:2:export const b = 2;',
    );
    expect((await call('search', { pattern: 'b', name_ends_with: '.md' })).text).toBe('No match.');
    expect(await call('search', { pattern: '(' })).toMatchObject({ isError: true });
  });

  it('search survives an expression that would run for ever', async () => {
    await writeFile(join(root, 'evil'), `${'a'.repeat(60)}b\n`);
    const output = await call('search', { pattern: '^(a+)+$' });
    expect(output.text).toBe('No match.\n[the pattern took too long on: evil]');
  });

  it('write_file makes folders and tells whether the file was new', async () => {
    expect((await call('write_file', { path: 'a/b/c.txt', content: 'hé' })).text).toBe(
      'Created a/b/c.txt (3 bytes).',
    );
    expect((await call('write_file', { path: 'a/b/c.txt', content: '' })).text).toBe(
      'Replaced a/b/c.txt (0 bytes).',
    );
    expect(await text('a/b/c.txt')).toBe('');
    expect(changed).toEqual(['a/b/c.txt', 'a/b/c.txt']);
  });

  describe('edit_file', () => {
    it('replaces the one place', async () => {
      expect(
        await call('edit_file', { path: 'src/Foo.ts', old_text: 'b = 2', new_text: 'b = $& 3' }),
      ).toEqual({
        isError: false,
        text: 'Replaced 1 place in src/Foo.ts.',
      });
      expect(await text('src/Foo.ts')).toContain('export const b = $& 3;\n');
    });

    it('says how many matches there are and where, and changes nothing', async () => {
      const input = { path: 'src/Foo.ts', old_text: 'export const a', new_text: 'const a' };
      const output = await call('edit_file', input);
      expect(output).toMatchObject({
        isError: true,
        text: expect.stringContaining('2 times in src/Foo.ts (lines 1, 3)'),
      });
      expect(changed).toEqual([]);
      expect((await call('edit_file', { ...input, replace_all: true })).text).toBe(
        'Replaced 2 places in src/Foo.ts.',
      );
    });

    it('points at the line that differs in spaces only', async () => {
      const output = await call('edit_file', {
        path: 'src/Foo.ts',
        old_text: 'export  const b=2;',
        new_text: '',
      });
      expect(output).toMatchObject({
        isError: true,
        text: expect.stringContaining('0 times in src/Foo.ts; nothing was changed. Line 2'),
      });
    });

    it('keeps the line endings of the file', async () => {
      await writeFile(join(root, 'dos'), 'one\r\ntwo\r\nthree\r\n');
      await call('edit_file', { path: 'dos', old_text: 'one\ntwo', new_text: 'uno\ndos' });
      expect(await text('dos')).toBe('uno\r\ndos\r\nthree\r\n');
    });
  });

  describe('run_command', () => {
    it('returns exit code and both streams', async () => {
      const output = await call('run_command', { command: 'echo out; echo err >&2; exit 4' });
      expect(output.isError).toBe(true);
      expect(output.text).toMatch(/^Exit code 4 after [\d.]+ s\.\nout\nstderr:\nerr$/);
    });

    it('S2: is killed at its limit, and the agent goes on', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      execFileSync('mkfifo', [join(root, 'began')]);
      const command = 'echo before; echo > began; sleep 300';
      const ended = call('run_command', { command }, { longestCommandMs: 300 });
      await readFile(join(root, 'began'));
      await vi.advanceTimersByTimeAsync(300);
      const output = await ended;
      expect(output).toMatchObject({ isError: true, text: expect.stringContaining('Timed out after 0.3 s') });
      expect(output.text).toContain('before');
    });

    it('bounds the output, both ends kept', async () => {
      const output = await call('run_command', { command: 'echo first; seq 1 100000; echo last' });
      expect(output.text.length).toBeLessThan(32_000);
      expect(output.text).toContain('first');
      expect(output.text).toContain('last');
    });

    it('S6: has no input and cannot wait for any', async () => {
      expect((await call('run_command', { command: 'cat; echo read' })).text).toContain('read');
    });
  });
});
