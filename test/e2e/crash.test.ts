import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../src/domain/run.ts';
import type { Stage } from '../../src/domain/stage.ts';
import { branchName } from '../../src/git/names.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightAtOnce, rightSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let env: Record<string, string>;
let server: TestServer;
let spec: RunSpec;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  model = await startScriptedModel(rightAtOnce);
  ({ env } = await writeScriptedConfig({ folder, modelUrl: model.url }));
  server = await startServer(path.join(folder, 'data'), env);
  spec = testSpec({
    repository: source.folder,
    ticket: addTicket,
    model: 'scripted/claude-sonnet-5',
    plan: 'auto',
  });
});

afterEach(async () => {
  await server.kill('SIGTERM');
  await model.close();
  await removeFolder();
});

async function expectDeliveredOnce(id: string): Promise<void> {
  const { run } = await server.settled(id);
  expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
  expect(source.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard').split('\n')).toHaveLength(1);
  expect(source.git('rev-list', '--count', `main..${run.delivery?.branch}`)).toBe('1');
  expect(source.git('show', `${run.delivery?.branch}:src/add.js`)).toBe(rightSource.trim());
  await expect.poll(() => readdirSync(path.join(folder, 'data/workspaces')), { timeout: 20_000 }).toEqual([]);
  await expect
    .poll(() => processesMentioning(path.join(folder, 'data/workspaces')), { timeout: 20_000 })
    .toEqual([]);
}

/** Makes sure that the stage lasts until the kill: delivery waits for a lock that somebody holds in the source. Call the result to let go. */
async function hold(stage: Stage, id: string): Promise<() => Promise<void>> {
  if (stage !== 'deliver') return async () => undefined;
  const lock = path.join(source.folder, '.git/refs/heads', `${branchName(addTicket, id)}.lock`);
  await mkdir(path.dirname(lock), { recursive: true });
  await writeFile(lock, '');
  return () => rm(lock);
}

const stages: Stage[] = ['prepare', 'plan', 'implement', 'test', 'deliver'];

describe('kill -9 of the worker', () => {
  it.each(stages)('S5: in stage %s, the run resumes and delivers exactly one commit', async (stage) => {
    const id = await server.create(spec);
    const letGo = await hold(stage, id);
    await server.waitForEvent(
      id,
      ({ type, data }) => type === 'stage.started' && (data as { stage: string }).stage === stage,
    );
    for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
    await letGo();
    await expectDeliveredOnce(id);
  });
});

describe('kill -9 of the server', () => {
  it.each(stages)(
    'S5: in stage %s, the next server resumes the run and delivers exactly one commit',
    async (stage) => {
      const id = await server.create(spec);
      const letGo = await hold(stage, id);
      await server.waitForEvent(
        id,
        ({ type, data }) => type === 'stage.started' && (data as { stage: string }).stage === stage,
      );
      await server.kill('SIGKILL');
      await letGo();
      server = await startServer(path.join(folder, 'data'), env);
      await expectDeliveredOnce(id);
    },
  );
});

describe('a run that kills its worker every time', () => {
  it('S3: is stopped at its recovery limit with the cause', async () => {
    const id = await server.create({ ...spec, limits: { ...spec.limits, recoveries: 1 } });
    const letGo = await hold('deliver', id);
    for (let death = 1; death <= 2; death += 1) {
      // Said by the worker that has the run by now: others that idle are there before it is.
      let recoveries = 0;
      await server.waitForEvent(id, ({ type }) => {
        if (type === 'run.recovered') recoveries += 1;
        return recoveries === death - 1 && type === 'stage.started';
      });
      expect((await server.show(id)).run).toMatchObject({ state: 'running', recoveries });
      for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
    }
    const { run } = await server.settled(id);
    await letGo();
    expect(run.state).toBe('failed');
    expect(run.error?.code).toBe('run.recovery-limit');
  });
});

describe('kill -9 of the database', () => {
  it('S5, S8: the run ends right, and the data folder is still held by the server that revived it', async () => {
    const id = await server.create(spec);
    await server.waitForEvent(id, ({ type }) => type === 'stage.started');
    const pidFile = path.join(folder, 'data/postgres/cluster/postmaster.pid');
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
    await expectDeliveredOnce(id);
    const second = await runCli(['serve', '--data-dir', path.join(folder, 'data')], { env });
    expect(second.code, second.stderr).not.toBe(0);
    expect(second.stdout + second.stderr).toContain('api.data-folder-in-use');
  });
});
