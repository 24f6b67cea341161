import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDetailsSchema } from '../../src/api/contract.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightAtOnce } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: Awaited<ReturnType<typeof startScriptedModel>>;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  model = await startScriptedModel(rightAtOnce);
});

afterEach(async () => {
  await model.close();
  await removeFolder();
});

async function startWaitingRun(settings: Record<string, unknown> = {}) {
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url, settings });
  const common = ['--data-dir', path.join(folder, 'data')];
  const args = ['run', '--repo', source.folder, '--title', addTicket.title, '--approve-plan', ...common];
  const run = await runCli(args, { env });
  const listed = await runCli(['runs', '--json', ...common], { env });
  const id = (JSON.parse(listed.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const show = async () =>
    runDetailsSchema.parse(JSON.parse((await runCli(['show', id, '--json', ...common], { env })).stdout));
  return { run, id, env, common, show };
}

describe('--approve-plan', () => {
  it('X14: waits with exit 3, refuses another hash, and goes on after the right one without planning again', async () => {
    const { run, id, env, common, show } = await startWaitingRun();
    expect(run.code, run.stdout + run.stderr).toBe(3);
    const waiting = await show();
    expect(waiting.run).toMatchObject({ state: 'waiting', waitReason: 'approval', delivery: null });
    const hash = waiting.plan?.hash ?? '';
    expect(run.stdout).toContain(`runyard approve ${id} --plan ${hash}`);

    const wrong = await runCli(['approve', id, '--plan', '000000000000', ...common], { env });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain(hash);

    const approved = await runCli(['approve', id, '--plan', hash, ...common], { env });
    expect(approved.code, approved.stdout + approved.stderr).toBe(0);
    const done = await show();
    expect(done.run.state).toBe('succeeded');
    expect(model.requests.filter((request) => request.conversation === 'plan')).toHaveLength(1);
  });

  it('S2: nobody decides: whichever control plane runs next ends the run at its deadline', async () => {
    const { show } = await startWaitingRun({ limits: { approvalMs: '1s' } });
    // The second may not be over yet where commands are quick to start.
    await expect
      .poll(async () => (await show()).run, { timeout: 60_000 })
      .toMatchObject({ state: 'timed_out', error: { code: 'run.approval-expired' } });
  });
});
