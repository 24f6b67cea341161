import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rollbackResponseSchema } from '../../src/api/contract.ts';
import { addTicket, calculatorFiles, rightSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer;
let common: string[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  server = await startServer(path.join(folder, 'data'));
  common = ['--data-dir', path.join(folder, 'data')];
});

afterEach(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

async function agentScript(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}`, { mode: 0o755 });
  return `command:${file}`;
}

describe('runyard cancel', () => {
  it('S4, X1: ends the whole process tree, keeps the work, and says who and why', async () => {
    const marker = `runyard-test-${process.pid}`;
    const agent = await agentScript(
      'slow.sh',
      `echo half done > half.txt\necho working\ntrap '' TERM\nsetsid sh -c 'exec -a ${marker} sleep 600' &\nexec sleep 600\n`,
    );
    const id = await server.create(
      testSpec({ repository: source.folder, ticket: addTicket, agent, attempts: 1 }),
    );
    await server.waitForEvent(id, ({ type }) => type === 'agent.activity');

    const cancelled = await runCli(['cancel', id, '--reason', 'changed my mind', ...common]);
    expect(cancelled.code, cancelled.stderr).toBe(0);
    const { run, snapshots } = await server.settled(id);
    expect(run.state).toBe('cancelled');
    expect(run.error?.why).toContain('changed my mind');
    expect(snapshots).toHaveLength(1);
    await expect
      .poll(() => processesMentioning(path.join(folder, 'data/workspaces')), { timeout: 10_000 })
      .toEqual([]);
    await expect
      .poll(() => processesMentioning(marker).filter((line) => line.includes('sleep')), { timeout: 10_000 })
      .toEqual([]);
    const why = await runCli(['why', id, ...common]);
    expect(why.stdout).toContain('changed my mind');
  });
});

describe('deadlines', () => {
  it('S2: an agent that never ends is stopped at its attempt limit, and the run says which limit it was', async () => {
    const agent = await agentScript('hang.sh', 'exec sleep 600\n');
    const spec = testSpec({ repository: source.folder, ticket: addTicket, agent, attempts: 1 });
    const id = await server.create({ ...spec, limits: { ...spec.limits, attemptMs: 1500 } });
    const { run } = await server.settled(id);
    expect(['failed', 'timed_out']).toContain(run.state);
    expect(run.error?.code).toMatch(/timed-out|deadline/);
  });

  it('S2: a run that passes its own deadline ends as timed_out', async () => {
    const agent = await agentScript('hang.sh', 'exec sleep 600\n');
    const spec = testSpec({ repository: source.folder, ticket: addTicket, agent, attempts: 1 });
    const id = await server.create({ ...spec, limits: { ...spec.limits, runMs: 3000 } });
    const { run } = await server.settled(id);
    expect(run.state).toBe('timed_out');
    expect(run.error?.code).toBe('run.deadline-exceeded');
  });
});

describe('runyard rollback', () => {
  it('G6: reverts the delivered commit once, also after it was merged, and says so ever after', async () => {
    const agent = await agentScript('fix.sh', `printf '%s' '${rightSource}' > src/add.js\n`);
    const id = await server.create(
      testSpec({ repository: source.folder, ticket: addTicket, agent, attempts: 1 }),
    );
    const { run } = await server.settled(id);
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    const branch = run.delivery?.branch ?? '';
    source.git('merge', '-q', '--no-ff', '-m', 'merge', branch);

    const rolledBack = await runCli(['rollback', id, '--json', ...common]);
    expect(rolledBack.code, rolledBack.stdout + rolledBack.stderr).toBe(0);
    const result = JSON.parse(rolledBack.stdout) as { branch: string; mode: string };
    expect(result.mode).toBe('revert');
    expect(source.git('show', `${result.branch}:src/add.js`)).toBe(calculatorFiles['src/add.js'].trim());
    expect(source.git('show', 'main:src/add.js')).toBe(rightSource.trim());

    const again = await runCli(['rollback', id, '--json', ...common]);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    const first = rollbackResponseSchema.parse(JSON.parse(rolledBack.stdout));
    expect(first).toMatchObject({ changed: true, found: false });
    expect(JSON.parse(again.stdout)).toEqual({ ...first, changed: false });
    expect((await runCli(['rollback', id, ...common])).stdout).toContain(
      `rolled back already: ${first.branch} was reverted with commit ${first.commit}, at ${first.at}`,
    );
    const { changed: _, ...rollback } = first;
    expect((await server.show(id)).rollback).toEqual(rollback);
    const shown = (await runCli(['show', id, ...common])).stdout;
    expect(shown).toContain('rolled back since');
    expect(shown).toContain(first.commit);
    expect((await runCli(['why', id, ...common])).stdout).toContain(`reverted with commit ${first.commit}`);
  });
});
