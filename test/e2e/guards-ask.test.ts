import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDetailsSchema, whyResponseSchema } from '../../src/api/contract.ts';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addPlan, addTicket, calculatorFiles, rightSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

const workflow = '.github/workflows/ci.yml';
const ci = (command: string) =>
  `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${command}\n`;
/** Right, and with a workflow that a person should look at. */
const scenario = {
  conversations: [
    { name: 'plan', match: { tools: false }, steps: [{ json: addPlan }] },
    {
      name: 'attempt',
      steps: [
        { write: { path: 'src/add.js', content: rightSource } },
        { write: { path: workflow, content: ci('npm test -- --test-reporter=dot') } },
        { finish: 'add() adds now.' },
      ],
    },
  ],
};
const otherCommit = '0123456789abcdef0123456789abcdef01234567';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: ScriptedModel;
let server: TestServer | null;

beforeEach(async () => {
  server = null;
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), {
    ...calculatorFiles,
    [workflow]: ci('npm test'),
  });
  model = await startScriptedModel(scenario);
});

afterEach(async () => {
  await server?.kill('SIGTERM');
  await model.close();
  await removeFolder();
});

const delivered = () => source.git('for-each-ref', '--format=%(objectname)', 'refs/heads/runyard');

async function startAskingRun() {
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
  const common = ['--data-dir', path.join(folder, 'data')];
  const cli = (...args: string[]) => runCli([...args, ...common], { env });
  const run = await cli('run', '--repo', source.folder, '--title', addTicket.title);
  const listed = await cli('runs', '--json');
  const id = (JSON.parse(listed.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const show = async () => runDetailsSchema.parse(JSON.parse((await cli('show', id, '--json')).stdout));
  const { run: waiting } = await show();
  return { run, id, cli, show, waiting, commit: waiting.waitDetail?.commit ?? '' };
}

describe('a change that a guard asks about', () => {
  it('X13 V7: waits with exit 3, says what is asked, and delivers exactly the commit that is approved', async () => {
    const { run, id, cli, show, waiting, commit } = await startAskingRun();
    expect(run.code, run.stdout + run.stderr).toBe(3);
    expect(waiting).toMatchObject({ state: 'waiting', waitReason: 'approval', delivery: null });
    expect(waiting.waitDetail?.asks?.[0]).toContain(workflow);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(delivered()).toBe('');

    const why = whyResponseSchema.parse(JSON.parse((await cli('why', id, '--json')).stdout));
    expect(why.evidence.join('\n')).toMatch(/Guard ci-files: /);
    expect(why.next.join('\n')).toContain(`runyard approve ${id} --change ${commit.slice(0, 7)}`);

    const wrong = await cli('approve', id, '--change', otherCommit);
    expect(wrong.code, wrong.stdout + wrong.stderr).toBe(2);
    expect((await show()).run.state).toBe('waiting');
    expect(delivered()).toBe('');

    const approved = await cli('approve', id, '--change', commit);
    expect(approved.code, approved.stdout + approved.stderr).toBe(0);
    expect(delivered()).toBe(commit);
    expect((await show()).run).toMatchObject({ state: 'succeeded', delivery: { commit, verified: true } });
  });

  it('X13: is not delivered when the run is cancelled while it waits', async () => {
    const { id, cli, show, commit } = await startAskingRun();
    const cancelled = await cli('cancel', id);
    expect((await show()).run, cancelled.stdout + cancelled.stderr).toMatchObject({
      state: 'cancelled',
      delivery: null,
    });
    expect((await cli('approve', id, '--change', commit)).code).not.toBe(0);
    expect(delivered()).toBe('');
  });

  it('X13 S5: waits on after a kill -9 of the server, and asks for the same commit', async () => {
    const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
    const dataDir = path.join(folder, 'data');
    server = await startServer(dataDir, env);
    const given = { repository: source.folder, ticket: addTicket, model: 'scripted/claude-sonnet-5' };
    const id = await server.create(testSpec(given));
    const before = (await server.settled(id)).run;
    expect(before).toMatchObject({ state: 'waiting', waitReason: 'approval' });
    await server.kill('SIGKILL');

    server = await startServer(dataDir, env);
    const { run: waiting } = await server.settled(id);
    expect(waiting).toMatchObject({ state: 'waiting', waitDetail: before.waitDetail });
    const unverifiedCommit = before.waitDetail?.commit ?? '';
    const approve = (commit: string) =>
      server?.post(`/api/v1/runs/${id}/approve`, { unverifiedCommit: commit, by: 'ada' });
    expect((await approve(otherCommit))?.status).toBe(409);
    expect((await approve(unverifiedCommit))?.status).toBe(200);
    expect((await server.settled(id)).run).toMatchObject({ state: 'succeeded' });
    expect(delivered()).toBe(unverifiedCommit);
  });
});
