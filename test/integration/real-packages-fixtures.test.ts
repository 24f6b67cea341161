import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { agentOf, applyChange, makeRepository, realPackages, ticketOf } from '../fixtures/real-packages.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe.each(realPackages)('the repository made of $name', (realPackage) => {
  it('passes its own tests, as published and after the right change; the wrong change breaks one', async () => {
    const repository = await temporaryFolder();
    await makeRepository(realPackage, repository);
    expect(await npmTest(repository)).toBe('passed');
    await applyChange(realPackage, repository, 'right');
    expect(await npmTest(repository)).toBe('passed');

    const other = await temporaryFolder();
    await makeRepository(realPackage, other);
    await applyChange(realPackage, other, 'wrong');
    expect(await npmTest(other)).toContain(realPackage.failingTest);
  });

  it('has agents that make the change when the prompt holds the ticket, and refuse another prompt', async () => {
    const repository = await temporaryFolder();
    await makeRepository(realPackage, repository);
    const promptFile = path.join(await temporaryFolder(), 'prompt.md');
    const env = { PATH: process.env['PATH'] ?? '', RUNYARD_PROMPT_FILE: promptFile };
    const agent = () => promisify(execFile)(agentOf(realPackage, 'right'), { cwd: repository, env });

    await writeFile(promptFile, 'Something else.\n');
    await expect(agent()).rejects.toMatchObject({ code: 3 });
    await writeFile(promptFile, `<title>${(await ticketOf(realPackage)).title}</title>\n`);
    expect((await agent()).stdout).toContain('applied the right change');
    expect(await npmTest(repository)).toBe('passed');
  });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-real-package-'));
  folders.push(folder);
  return folder;
}

/** `passed`, or what it printed. */
async function npmTest(cwd: string): Promise<string> {
  // A test runner that runs under another one reports to it instead of printing.
  const { NODE_TEST_CONTEXT: _unused, ...env } = process.env;
  try {
    await promisify(execFile)('npm', ['test'], { cwd, env });
    return 'passed';
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}${String(error)}`;
  }
}
