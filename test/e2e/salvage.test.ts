import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calculatorFiles } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let common: string[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  common = ['--data-dir', path.join(folder, 'data')];
});
afterEach(() => removeFolder());

/** A run whose agent does this and then fails; gives its id. */
async function failedRun(script: string): Promise<string> {
  const agent = path.join(folder, 'agent.sh');
  await writeFile(agent, `#!/bin/sh\n${script}\nexit 3\n`, { mode: 0o755 });
  const words = ['run', '--repo', source.folder, '--title', 'Try', '--agent', `command:${agent}`, '--json'];
  const { code, stdout } = await runCli([...words, '--no-plan', '--no-checks', ...common]);
  expect(code).toBe(1);
  const id = /"id":"([a-z0-9]{12})"/.exec(stdout)?.[1] ?? '';
  expect(id, stdout).not.toBe('');
  return id;
}

const work = "echo 'new' > fresh.txt; printf 'a\\000b' > binary.bin; echo more > src/add.js; echo working";
const state = () => [
  source.git('status', '--porcelain'),
  source.git('rev-parse', 'HEAD'),
  source.git('symbolic-ref', 'HEAD'),
];

describe('runyard salvage', () => {
  it('X1: gives failed work back as a branch, tracked and untracked files, and leaves the checkout alone', async () => {
    const id = await failedRun(work);
    await source.write('mine.txt', 'uncommitted');
    const before = state();
    const listed = await runCli(['salvage', id, '--list', ...common]);
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout).toMatch(/added +fresh\.txt \+1 -0/);
    expect(listed.stdout).toMatch(/added +binary\.bin binary/);
    expect(source.git('branch', '--list', 'runyard/*')).toBe('');

    const branch = `runyard/salvage-${id.slice(0, 6)}`;
    const given = await runCli(['salvage', id, ...common]);
    expect(given.code, given.stderr).toBe(0);
    expect(given.stdout).toContain(`is now the branch ${branch} of the source`);
    expect(source.git('show', `${branch}:fresh.txt`)).toBe('new');
    expect(source.git('diff', '--name-only', `main...${branch}`).split('\n')).toEqual([
      'binary.bin',
      'fresh.txt',
      'src/add.js',
    ]);
    expect(state()).toEqual(before);

    const again = await runCli(['salvage', id, '--json', ...common]);
    expect(JSON.parse(again.stdout)).toMatchObject({ run: id, given: { branch, created: false } });
    source.git('branch', 'taken', 'main');
    const taken = await runCli(['salvage', id, '--branch', 'taken', ...common]);
    expect(taken.code).not.toBe(0);
    expect(taken.stderr).toContain('git.branch-exists');
    expect(source.git('rev-parse', 'taken')).toBe(source.git('rev-parse', 'main'));
  });

  it('X1: writes patches that apply byte for byte, also when the source is gone, and overwrites nothing', async () => {
    const id = await failedRun(work);
    const copy = path.join(folder, 'copy');
    source.git('clone', '-q', '.', copy);
    await rm(source.folder, { recursive: true });
    const into = path.join(folder, 'rescued');
    const written = await runCli(['salvage', id, '--into', into, ...common]);
    expect(written.code, written.stderr).toBe(0);
    const [patch = ''] = readdirSync(into);
    expect(readdirSync(into)).toHaveLength(1);
    const clone = await createRepository(path.join(folder, 'other'), {});
    clone.git('pull', '-q', copy, 'main');
    clone.git('apply', path.join(into, patch));
    expect(readFileSync(path.join(clone.folder, 'binary.bin'), 'latin1')).toBe('a\0b');
    expect(clone.git('status', '--porcelain').split('\n')).toHaveLength(3);

    const again = await runCli(['salvage', id, '--into', into, ...common]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('cli.file-not-written');
  });

  it('X1: says so when nothing was saved, and refuses names that are none', async () => {
    const id = await failedRun('true');
    const nothing = await runCli(['salvage', id, ...common]);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain('run.nothing-saved');
    expect((await runCli(['salvage', id, '--list', '--json', ...common])).stdout).toContain('"saved":[]');
    await mkdir(path.join(folder, 'x'));
    const both = await runCli(['salvage', id, '--into', 'x', '--branch', 'y', ...common]);
    expect(both.code).toBe(2);
  });
});
