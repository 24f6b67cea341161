import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { commitWorkspace } from '../../src/git/commit-workspace.ts';
import { createWorkspace } from '../../src/git/create-workspace.ts';
import {
  commitFiles,
  type Files,
  removeTestFolders,
  statuses,
  testFolder,
  testRepository,
  verifyLimits,
  writeFiles,
} from './verify-helpers.ts';

afterEach(removeTestFolders);

const run = promisify(execFile);

/** Runs in `<work>/tree/node_modules/evil` while a layer is made in `<work>`; whatever is refused is not tried again. */
const PLANTS: Readonly<Record<string, (outside: string) => string>> = {
  'the list of the layer replaced by a link': (outside) => `
    fs.mkdirSync('../../../layer', { recursive: true });
    fs.symlinkSync('${outside}/file.json', '../../../layer/layer.json');`,
  'a workspace replaced by a link to packages of the host': (outside) => `
    fs.rmSync('../../packages/a', { recursive: true });
    fs.symlinkSync('${outside}/project', '../../packages/a');`,
  'the place of the layer replaced by a link': (outside) => `
    fs.mkdirSync('../../../layer', { recursive: true });
    fs.symlinkSync('${outside}/empty', '../../../layer/tree');`,
};

async function packEvil(into: string, script: string): Promise<void> {
  const folder = await testFolder();
  const attempt = `const fs = require('node:fs');\ntry {${script}\n} catch {}\n`;
  await writeFiles(folder, {
    'package/package.json': JSON.stringify({
      name: 'evil',
      version: '1.0.0',
      scripts: { postinstall: 'node evil.js' },
    }),
    'package/evil.js': attempt,
  });
  await run('tar', ['-czf', join(into, 'evil.tgz'), '-C', folder, 'package']);
}

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
  );
}

describe('a package whose installation plants links', () => {
  it.each(Object.entries(PLANTS))(
    'moves and writes nothing outside of its folder: %s',
    async (_name, plant) => {
      const repository = await testRepository({ 'note.txt': 'x' });
      const outside = join(repository.folder, '..', 'outside');
      await writeFiles(outside, { 'file.json': 'untouched', 'project/node_modules/kept.txt': 'kept' });
      await mkdir(join(outside, 'empty'));
      await packEvil(repository.folder, plant(outside));
      const commit = await commitFiles(repository.folder, {
        'package.json': '{ "name": "x", "dependencies": { "evil": "file:./evil.tgz" } }',
        'packages/a/package.json': '{ "name": "a" }',
      });
      const before = await contentsOf(outside);
      const verdict = await repository.verify({ commit });
      expect(statuses(verdict)).toMatchObject({ install: 'passed' });
      expect(await contentsOf(outside)).toEqual(before);
    },
  );
});

/** Writes other content of the same length and gives the file its old times, to the nanosecond. */
const forge = (path: string, text: string) =>
  `cp -p ${path} .old && printf '%s\\n' '${text}' > ${path} && touch -r .old ${path} && rm .old`;

const files: Files = {
  'package.json': '{ "type": "module", "scripts": { "lint": "sh lint.sh", "test": "node test/add.js" } }',
  'lint.sh': 'exit 0\n',
  'add.js': 'export const add = (a, b) => a + b;\n',
  'test/add.js':
    "import assert from 'node:assert/strict';\nimport { add } from '../add.js';\nassert.equal(add(1, 2), 3);\n",
};

describe('a file whose time of change was set back', () => {
  it('by a check is put back before the next check, and reported', async () => {
    const repository = await testRepository(files, {
      'add.js': 'export const add = (a, b) => a - b;\n',
      'lint.sh': forge('add.js', 'export const add = (a, b) => a + b;'),
    });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ lint: 'failed', test: 'failed' });
    expect(verdict.warnings).toEqual([
      'lint: edits files of the commit (add.js); the edits were thrown away.',
    ]);
  });

  it('by an agent is part of the commit', async () => {
    const repository = await testRepository(files);
    const [baseCommit = ''] = repository.commits;
    const workspaceDir = await testFolder();
    const shared = { workspaceDir, timeoutMs: verifyLimits.gitMs };
    const mirrorDir = repository.gitDir;
    const { checkout } = await createWorkspace({ ...shared, mirrorDir, baseCommit, branch: 'b' });
    const script = join(workspaceDir, 'forge.sh');
    await writeFile(script, forge('add.js', 'export const add = (a, b) => a - b;'));
    await run('sh', [script], { cwd: checkout });
    const committed = await commitWorkspace({
      ...shared,
      parent: baseCommit,
      message: 'x',
      date: new Date(),
    });
    expect(committed).toMatchObject({ unchanged: false, changedFiles: [{ path: 'add.js' }] });
  });
});
