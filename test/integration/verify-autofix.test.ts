import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/domain/verdict.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { autofixCommit } from '../../src/verify/autofix.ts';
import { autofixHelped, fixableChecks } from '../../src/verify/autofix-decision.ts';
import {
  git,
  hostEnvironment,
  removeTestFolders,
  type TestRepository,
  testRepository,
  verifyLimits,
} from './verify-helpers.ts';

afterAll(removeTestFolders);

const manifest = JSON.stringify({
  name: 'spaces',
  version: '1.0.0',
  type: 'module',
  scripts: { lint: 'node tools/lint.js', test: 'node --test' },
});

/** No two spaces in a row, and the same on paper. */
const lint = `import { readFileSync, readdirSync } from 'node:fs';
for (const name of readdirSync('src')) {
  const at = readFileSync('src/' + name, 'utf8').split('\\n').findIndex((line) => line.includes('  '));
  if (at < 0) continue;
  console.log('src/' + name + ':' + (at + 1) + ':1: error: two spaces');
  process.exitCode = 1;
}
`;

const base = {
  'package.json': manifest,
  'tools/lint.js': lint,
  'src/old.js': 'export const  old = 1;\n',
  'src/gone.js': 'export const gone = 1;\n',
  'src/value.js': 'export const value = 1;\n',
  'test/value.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { value } from '../src/value.js';
test('is a number', () => assert.equal(typeof value, 'number'));
`,
};

const change = { 'src/value.js': 'export const  value = 2;\n', 'src/added.js': 'export const  added = 3;\n' };

/** A fixer as a program of the repository, given what it does. */
async function repositoryWith(fixer: string): Promise<TestRepository> {
  const imports = "import * as fs from 'node:fs';\n";
  return testRepository({ ...base, 'tools/fix.js': `${imports}${fixer}\n` }, change);
}

const tidy = `for (const name of fs.readdirSync('src')) {
  const file = 'src/' + name;
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(/  +/g, ' '));
}`;

/** As detection fills it in. */
function withFix(verdict: Verdict): Verdict {
  const results = verdict.results.map((result) =>
    result.check.name === 'lint'
      ? { ...result, check: { ...result.check, fix: ['node', 'tools/fix.js'] } }
      : result,
  );
  return { ...verdict, results };
}

async function autofix(repository: TestRepository) {
  const verdict = withFix(await repository.verify());
  const { mode } = await detectSandbox();
  const data = join(repository.folder, '..', 'data');
  await mkdir(data, { recursive: true });
  const fixed = await autofixCommit({
    gitDir: repository.gitDir,
    baseCommit: repository.commits[0] ?? '',
    commit: repository.commits[1] ?? '',
    folders: {
      verify: join(data, 'verify'),
      dependencies: join(data, 'dependencies'),
      baselines: join(data, 'baselines'),
    },
    sandbox: { mode, readable: [], masked: [] },
    egressSocketPath: null,
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    limits: verifyLimits,
    hostEnvironment: hostEnvironment(),
    redact: createRedactor(),
    signal: new AbortController().signal,
    verdict,
    message: 'Tidy\n',
    date: new Date(0),
  });
  return { verdict, fixed };
}

const show = (repository: TestRepository, commit: string, file: string) =>
  git(repository.folder, 'show', `${commit}:${file}`);

describe('V5: the repository’s own fixer, without a model', () => {
  it('mends the files of the change in one commit on the base, and the mended commit passes', async () => {
    const repository = await repositoryWith(tidy);
    const { verdict, fixed } = await autofix(repository);
    expect(verdict.status).toBe('failed');
    expect(fixed?.applied).toEqual([
      { check: 'lint', command: ['node', 'tools/fix.js'], files: ['src/added.js', 'src/value.js'] },
    ]);
    const commit = fixed?.commit ?? '';
    expect(await show(repository, commit, 'src/value.js')).toBe('export const value = 2;');
    expect(await git(repository.folder, 'rev-parse', `${commit}^`)).toBe(repository.commits[0]);
    const after = withFix(await repository.verify({ commit }));
    expect(after.status).toBe('passed');
    expect(autofixHelped(verdict, after)).toBe(true);
    expect(fixableChecks(after)).toEqual([]);
  });

  it('throws away what the fixer does to other files, makes anew, or removes', async () => {
    const repository = await repositoryWith(
      `${tidy}\nfs.rmSync('src/gone.js');\nfs.writeFileSync('src/cache.js', '1');\nfs.writeFileSync('package.json', '{}');`,
    );
    const { fixed } = await autofix(repository);
    const commit = fixed?.commit ?? '';
    const changed = await git(repository.folder, 'diff', '--name-only', repository.commits[1] ?? '', commit);
    expect(changed.split('\n')).toEqual(['src/added.js', 'src/value.js']);
    expect(await show(repository, commit, 'src/old.js')).toBe('export const  old = 1;');
  });

  it.each([
    ['does nothing', ''],
    ['fails', 'process.exit(3);'],
    ['removes the files', "fs.rmSync('src/value.js'); fs.rmSync('src/added.js');"],
    [
      'puts links in their place',
      "for (const name of ['value.js', 'added.js']) { fs.rmSync('src/' + name); fs.symlinkSync('/etc/passwd', 'src/' + name); }",
    ],
    [
      'puts a link in the place of the folder',
      "fs.renameSync('src', 'moved'); fs.symlinkSync('/etc', 'src');",
    ],
    ['makes them executable', "fs.chmodSync('src/value.js', 0o755); fs.chmodSync('src/added.js', 0o755);"],
  ])('leaves the commit as it is where the fixer %s', async (_what, fixer) => {
    const { fixed } = await autofix(await repositoryWith(fixer));
    expect(fixed).toBeNull();
  });

  it('does not count as help where it breaks something that worked, or mends nothing', async () => {
    const repository = await repositoryWith(
      `${tidy}\nfs.writeFileSync('src/value.js', "export const value = 'x';\\n");`,
    );
    const { verdict, fixed } = await autofix(repository);
    const after = withFix(await repository.verify({ commit: fixed?.commit ?? '' }));
    expect(autofixHelped(verdict, after)).toBe(false);
    expect(autofixHelped(verdict, verdict)).toBe(false);
  });
});
