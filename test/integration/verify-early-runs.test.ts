import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Check } from '../../src/domain/verdict.ts';
import { createBaseline } from '../../src/verify/baseline.ts';
import { type CheckRunnerOptions, runOnTree } from '../../src/verify/run-on-tree.ts';
import {
  commitFiles,
  type Files,
  removeTestFolders,
  testFolder,
  testHost,
  testRepository,
  testTree,
  writeFiles,
} from './verify-helpers.ts';

afterEach(removeTestFolders);

const check: Check = { name: 'test', kind: 'test', argv: ['npm', 'test'], timeoutMs: 60_000, source: 'x' };

const another: Check = { ...check, name: 'test 2' };

/** The base commit of a repository whose one test prints its priorities and then does this; `programs` can be executed. */
async function baselineOf(does: string, programs: Files = {}) {
  const script = `
const { existsSync, readFileSync } = require('node:fs');
const file = '/proc/self/autogroup';
const ownGroup = existsSync(file) ? readFileSync(file, 'utf8').split(' nice ')[1] : 'none';
const ownNice = require('node:os').getPriority();
console.log('1..1\\nok 1 - nice ' + ownNice + ' group ' + ownGroup.trim());
${does}`;
  const repository = await testRepository({
    'package.json': JSON.stringify({ name: 'x', version: '1.0.0', scripts: { test: 'node test.cjs' } }),
    'test.cjs': script,
  });
  await writeFiles(repository.folder, programs);
  for (const path of Object.keys(programs)) await chmod(join(repository.folder, path), 0o755);
  const commit = await commitFiles(repository.folder, {});
  const host = await testHost();
  const told: string[] = [];
  const options: CheckRunnerOptions = {
    host,
    changedFiles: [],
    baseFiles: new Set(),
    format: 'fail',
    stopEarly: true,
    parallel: 2,
    started: ({ name }, on) => told.push(`${on} ${name}`),
    finished: ({ status }, on) => told.push(`${on} ${status}`),
  };
  const homes: string[] = [];
  const createTree = async () => {
    const tree = await testTree(repository.gitDir, commit, host);
    homes.push(tree.home);
    return tree;
  };
  const baseline = createBaseline({
    baseTree: 'x',
    checks: [check, another],
    folder: await testFolder(),
    sandboxMode: host.sandbox.mode,
    environmentKey: '',
    changedFiles: [],
    createTree,
    run: (asked, tree) => runOnTree(asked, tree, { options, on: 'baseline' }),
    early: {
      createTree,
      tookMs: () => 60_000,
      run: (asked, tree, stop) =>
        runOnTree(asked, tree, { options, on: 'baseline', stop, isQuiet: true, isBackground: true }),
      used: ({ status }) => told.push(`early ${status}`),
    },
  });
  return { baseline, told, homes };
}

const { signal } = new AbortController();

describe('V3: tests of the base commit that run before anybody asks', () => {
  it('take only what nothing else wants, and their pass is the answer', async () => {
    const { baseline, told } = await baselineOf('');
    await baseline.runEarly(check, signal);
    expect(told).toEqual([]);
    const result = await baseline.resultOf(check);
    await baseline.remove();
    expect(result).toMatchObject({ status: 'passed', tests: { passed: 1, failed: 0 } });
    expect(result.output).toMatch(/nice 19 group (?:19|none)/);
    expect(told).toEqual(['early passed']);
  });

  it('are run again alone where they failed: want of time is no failure of the base commit', async () => {
    const { baseline, told } = await baselineOf('if (ownNice === 19) process.exit(1);');
    await baseline.runEarly(check, signal);
    const result = await baseline.resultOf(check);
    await baseline.remove();
    expect(result).toMatchObject({ status: 'passed', exitCode: 0 });
    expect(result.output).toMatch(/nice 0 group (?:0|none)/);
    expect(told).toEqual(['baseline test', 'baseline passed']);
  });

  it('are not run where the answer is known', async () => {
    const { baseline, told } = await baselineOf('');
    await baseline.resultOf(check);
    await baseline.runEarly(check, signal);
    await baseline.remove();
    expect(told).toEqual(['baseline test', 'baseline passed']);
  });

  it('are not run beside the run that somebody asked for', async () => {
    const untilTold = "setInterval(() => existsSync(process.env.HOME + '/go-on') && process.exit(), 20);";
    const { baseline, told, homes } = await baselineOf(untilTold);
    const asked = baseline.resultOf(check);
    await vi.waitUntil(() => told.length > 0, { timeout: 20_000 });
    await baseline.runEarly(check, signal);
    expect(told).toEqual(['baseline test']);
    await writeFiles(homes[0] ?? '', { 'go-on': '' });
    await asked;
    await baseline.remove();
  });

  it('take only what nothing else wants where several begin at once', async () => {
    const { baseline, told } = await baselineOf('');
    await Promise.all([check, another].map((each) => baseline.runEarly(each, signal)));
    const results = [await baseline.resultOf(check), await baseline.resultOf(another)];
    await baseline.remove();
    for (const { output } of results) expect(output).toMatch(/nice 19 group (?:19|none)/);
    expect(told).toEqual(['early passed', 'early passed']);
  });

  it('are not replaced by a package that has a program called like one of the system', async () => {
    const program = '#!/bin/sh\necho 1..1; echo ok 1 - nothing\n';
    const { baseline } = await baselineOf('', {
      'node_modules/.bin/nice': program,
      'node_modules/.bin/sh': program,
    });
    const direct: Check = { ...check, argv: ['node', 'test.cjs'] };
    await baseline.runEarly(direct, signal);
    const { output } = await baseline.resultOf(direct);
    await baseline.remove();
    expect(output).toMatch(/nice 19 group/);
  });

  it('are run again where their pass hides a failure', async () => {
    const { baseline, told } = await baselineOf("if (ownNice === 19) console.log('Node.js v24.0.0');");
    await baseline.runEarly(check, signal);
    const { output } = await baseline.resultOf(check);
    await baseline.remove();
    expect(output).toMatch(/nice 0 group/);
    expect(told).toEqual(['baseline test', 'baseline passed']);
  });
});
