import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { commitFiles, removeTestFolders, statuses, testRepository, verifyLimits } from './verify-helpers.ts';

afterEach(removeTestFolders);

const manifest = (lint: string) =>
  JSON.stringify({ name: 'x', type: 'module', scripts: { lint, test: 'node test/a.test.js' } });
const base = {
  'package.json': manifest('node -e 0'),
  'src/a.ts': 'export const a = 1;\n',
  'test/a.test.js': "import { test } from 'node:test';\ntest('is there', () => {});\n",
};

describe('the look at imports', () => {
  it('has a deadline: a pipe in the place of a package.json is a time-out, never a hang and never a pass', async () => {
    const repository = await testRepository(base, {
      'package.json': manifest('mkfifo src/package.json'),
      'src/a.ts': "import { b } from './b.js';\nexport const a = b;\n",
      'src/b.ts': 'export const b = 1;\n',
    });
    const limits = { ...verifyLimits, checkMs: 6_000 };
    const verdict = await repository.verify({ limits, parallel: 1, stopEarly: false });
    expect(statuses(verdict)).toEqual({ lint: 'passed', imports: 'timed-out', test: 'passed' });
    expect(verdict).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'timeout', symbol: 'imports' }],
    });
  });

  it('of an endless file ends before the memory is full', async () => {
    const repository = await testRepository(base);
    await symlink('/dev/zero', join(repository.folder, 'src/package.json'));
    const commit = await commitFiles(repository.folder, { 'src/a.ts': "import './b.js';\n", 'src/b.ts': '' });
    // It reads a great deal first, which takes seconds where others want the processor, too.
    const verdict = await repository.verify({ commit });
    expect(statuses(verdict)['imports']).toBe('passed');
  });

  it('works without a sandbox too', async () => {
    const repository = await testRepository(base, { 'src/a.ts': "import './gone.js';\n" });
    const verdict = await repository.verify({ sandbox: { mode: 'none', readable: [], masked: [] } });
    expect(statuses(verdict)).toEqual({ lint: 'passed', imports: 'failed', test: 'passed' });
    expect(verdict.introduced).toMatchObject([{ category: 'import_resolution', file: 'src/a.ts', line: 1 }]);
  });

  it('that is stopped ends with the reason', async () => {
    const stop = new AbortController();
    const repository = await testRepository(base, {
      'package.json': manifest('mkfifo src/package.json'),
      'src/a.ts': "import './b.js';\n",
      'src/b.ts': '',
    });
    const running = repository.verify({
      signal: stop.signal,
      onCheckStarted: ({ kind }) => void (kind === 'imports' && stop.abort(new Error('enough'))),
    });
    await expect(running).rejects.toThrow('enough');
  });

  it('reads nothing that a link leads to outside the checkout', async () => {
    const repository = await testRepository(base);
    const outside = join(repository.folder, '..', 'data', 'private');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'keys.ts'), 'export const hiddenName = 1;\n');
    await writeFile(join(outside, 'tsconfig.json'), '{ "compilerOptions": { "paths": { "~/*": ["./*"] } } }');
    await symlink(join(outside, 'keys.ts'), join(repository.folder, 'src/keys.ts'));
    const commit = await commitFiles(repository.folder, {
      'src/a.ts': "import { guessed } from './keys.ts';\nimport { other } from '~/keys';\n",
      'tsconfig.json': JSON.stringify({ extends: join(outside, 'tsconfig.json') }),
    });
    const { mode } = await detectSandbox();
    const verdict = await repository.verify({ commit });
    expect(JSON.stringify(verdict)).not.toContain('hiddenName');
    // Where the file system is hidden, the link leads nowhere.
    const expected = mode === 'bubblewrap' ? ['import_resolution'] : [];
    expect(verdict.introduced.map(({ category }) => category)).toEqual(expected);
  });
});
