import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A generated repository whose checks take known time: `files` tests, one of which depends on `src/one.js`. */
export interface GeneratedSize {
  readonly files: number;
  /** Of each test but one. */
  readonly testMs: number;
  /** Of the test that depends on `src/one.js`. */
  readonly relatedMs: number;
  readonly typecheckMs: number;
  readonly lintMs: number;
}

/** Commits: the base, a change that is right, a change that breaks the test of `src/one.js`. */
export async function makeVerdictRepository(
  folder: string,
  size: GeneratedSize,
): Promise<readonly [string, string, string]> {
  const burn = (ms: number) => `const end = performance.now() + ${ms}; while (performance.now() < end);`;
  const test = (name: string, ms: number, module: string) =>
    `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { value } from '../src/${module}';\ntest('${name}', () => { ${burn(ms)} assert.equal(value(), 1); });\n`;
  const scripts = { typecheck: 'tsc --noEmit', lint: 'eslint .', test: 'node --test' };
  // Stand-ins that take their time and nothing else: it is our schedule that is measured, not a compiler.
  const tool = (ms: number) => `#!/usr/bin/env node\n${burn(ms)}`;
  const files: Record<string, string> = {
    'package.json': JSON.stringify({ name: 'generated', version: '1.0.0', type: 'module', scripts }),
    'node_modules/.bin/tsc': tool(size.typecheckMs),
    'node_modules/.bin/eslint': tool(size.lintMs),
    'src/one.js': 'export const value = () => 1;\n',
    'src/through.js': "export { value } from './one.js';\n",
    'src/other.js': 'export const value = () => 1;\n',
    'test/one.test.js': test('one', size.relatedMs, 'through.js'),
  };
  for (let index = 1; index < size.files; index += 1)
    files[`test/other-${index}.test.js`] = test(`other ${index}`, size.testMs, 'other.js');
  await git(folder, ['init', '-q', '-b', 'main']);
  const base = await commit(folder, files);
  const right = await commit(folder, { 'src/one.js': '\nexport const value = () => 1;\n' });
  await git(folder, ['reset', '-q', '--hard', base]);
  return [base, right, await commit(folder, { 'src/one.js': 'export const value = () => 2;\n' })];
}

async function commit(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
    if (name.startsWith('node_modules/.bin/')) await chmod(path.join(folder, name), 0o755);
  }
  await git(folder, ['add', '-A']);
  await git(folder, ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'x']);
  return git(folder, ['rev-parse', 'HEAD']);
}

export async function git(cwd: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', [...args], { cwd });
  return stdout.trim();
}
