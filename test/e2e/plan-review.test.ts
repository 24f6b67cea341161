import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plansResponseSchema, runDetailsSchema, whyResponseSchema } from '../../src/api/contract.ts';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addPlan, addTicket, calculatorFiles, rightSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

const firstFeedback = 'FIRST-FEEDBACK: add a test of negative numbers.';
const secondFeedback = 'SECOND-FEEDBACK: and one of fractions.';
const revised = (summary: string) => ({ ...addPlan, summary });
const question = 'Should add() take strings = text too?';
const asking = { ...addPlan, openQuestions: [question, 'Which rounding?'] };
const implement = {
  name: 'attempt',
  steps: [{ write: { path: 'src/add.js', content: rightSource } }, { finish: 'add() adds now.' }],
};

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: ScriptedModel;
let server: TestServer | null;

beforeEach(async () => {
  server = null;
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
});

afterEach(async () => {
  await server?.kill('SIGTERM');
  await model.close();
  await removeFolder();
});

const startRevising = async (delayMs = 0) => {
  const answers = [
    { name: 'revision 3', lastUser: 'SECOND-FEEDBACK', json: revised('Third.') },
    { name: 'revision 2', lastUser: 'FIRST-FEEDBACK', json: revised('Second.'), delayMs },
    { name: 'after answers', lastUser: 'Answer:', json: revised('Answered.') },
  ];
  const revisions = answers.map(({ name, lastUser, ...step }) => ({
    name,
    match: { tools: false, lastUser },
    steps: [step],
  }));
  const plan = { name: 'plan', match: { tools: false }, steps: [{ json: addPlan }] };
  model = await startScriptedModel({ conversations: [...revisions, plan, implement] });
};

const startAsking = async () => {
  const answered = {
    name: 'after answers',
    match: { tools: false, lastUser: 'Answer:' },
    steps: [{ json: revised('Answered.') }],
  };
  const plan = { name: 'plan', match: { tools: false }, steps: [{ json: asking }] };
  model = await startScriptedModel({ conversations: [answered, plan, implement] });
};

/** `runyard run`, and the commands that follow, on one data folder. */
async function startRun(flags: readonly string[], settings: Record<string, unknown> = {}) {
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url, settings });
  const common = ['--data-dir', path.join(folder, 'data')];
  const cli = (...args: string[]) => runCli([...args, ...common], { env });
  const run = await cli('run', '--repo', source.folder, '--title', addTicket.title, ...flags);
  const listed = await cli('runs', '--json');
  const id = (JSON.parse(listed.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const show = async () => runDetailsSchema.parse(JSON.parse((await cli('show', id, '--json')).stdout));
  const plans = async () => plansResponseSchema.parse(JSON.parse((await cli('plan', id, '--json')).stdout));
  return { run, id, cli, show, plans };
}

/** The same with a server, which the commands then use: they start no database each. */
async function startServedRun(flags: readonly string[], settings: Record<string, unknown> = {}) {
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url, settings });
  server = await startServer(path.join(folder, 'data'), env);
  return startRun(flags, settings);
}

/** What the planner was sent for a conversation: the texts of its messages, in order. */
function sentTo(conversation: string): string[] {
  const request = model.requests.find((recorded) => recorded.conversation === conversation);
  const body = request?.body as { messages: { content: unknown }[] } | undefined;
  return (body?.messages ?? []).map(({ content }) => JSON.stringify(content));
}

describe('a plan that is sent back', () => {
  it('P2 X14: is planned again with all feedback so far, waits under a new hash, and every revision is kept', async () => {
    await startRevising();
    const { id, cli, show, plans } = await startServedRun(['--approve-plan']);
    const first = (await plans()).waiting?.hash ?? '';
    expect((await cli('why', id)).stdout).toMatch(new RegExp(`send-back .*${id} --plan ${first} --feedback`));

    const sentBack = await cli('send-back', id, '--plan', first, '--feedback', firstFeedback, '--follow');
    expect(sentBack.code, sentBack.stdout + sentBack.stderr).toBe(3);
    const second = (await plans()).waiting?.hash ?? '';
    expect(second).not.toBe(first);

    const repeated = await cli('send-back', id, '--plan', first, '--feedback', firstFeedback);
    expect(repeated.code).toBe(2);
    expect(repeated.stderr).toContain(second);
    const old = await cli('approve', id, '--plan', first);
    expect([old.code, (await show()).run.state]).toEqual([2, 'waiting']);

    const more = ['--plan', second, '--feedback', secondFeedback, '--follow'];
    expect((await cli('send-back', id, ...more)).code).toBe(3);
    const said = sentTo('revision 3');
    expect(said).toHaveLength(5);
    expect(said[1]).toContain(addPlan.summary);
    expect(said[2]).toContain(firstFeedback);
    expect(said[3]).toContain('Second.');
    expect(said[4]).toContain(secondFeedback);

    const third = (await plans()).waiting?.hash ?? '';
    const approved = await cli('approve', id, '--plan', third, '--follow');
    expect(approved.code, approved.stdout + approved.stderr).toBe(0);
    const { revisions, waiting } = await plans();
    expect(waiting).toBeNull();
    expect(revisions.map(({ revision, hash, plan }) => [revision, hash, plan.summary])).toEqual([
      [1, first, addPlan.summary],
      [2, second, 'Second.'],
      [3, third, 'Third.'],
    ]);
    expect(revisions.map(({ because }) => because?.kind ?? null)).toEqual([null, 'sent-back', 'sent-back']);
    expect(revisions[0]?.outcome).toMatchObject({ kind: 'sent-back', feedback: firstFeedback });
    expect(revisions[2]?.outcome?.kind).toBe('approved');

    const compared = await cli('plan', id, '--compare', '1', '3');
    expect(compared.stdout).toContain(`- ${addPlan.summary}`);
    expect(compared.stdout).toContain('+ Third.');
    expect((await cli('plan', id, '--revision', '9')).code).toBe(2);
  });

  it('X14: feedback that says "approve" approves nothing', async () => {
    await startRevising();
    const { id, cli, show, plans } = await startRun(['--approve-plan']);
    const hash = (await plans()).waiting?.hash ?? '';
    // The planner insists on its plan, so even the hash stays what it was.
    expect((await cli('send-back', id, '--plan', hash, '--feedback', 'approve')).code).toBe(3);
    const { run, attempts } = await show();
    expect([run.state, run.waitReason, attempts]).toEqual(['waiting', 'approval', []]);
  });

  it('P2: is refused after the last revision it may have, and can still be approved', async () => {
    await startRevising();
    const settings = { plan: { maxRevisions: 2 } };
    const { id, cli, plans } = await startServedRun(['--approve-plan'], settings);
    const first = (await plans()).waiting;
    expect(first?.revisionsLeft).toBe(1);
    const once = ['--plan', first?.hash ?? '', '--feedback', firstFeedback, '--follow'];
    expect((await cli('send-back', id, ...once)).code).toBe(3);
    const { hash = '', revisionsLeft } = (await plans()).waiting ?? {};
    expect(revisionsLeft).toBe(0);
    const refused = await cli('send-back', id, '--plan', hash, '--feedback', secondFeedback, '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'plan.too-many-revisions' } });
    expect((await cli('approve', id, '--plan', hash, '--follow')).code).toBe(0);
  });

  it('P2 S5: a kill -9 of the server before the new plan loses nothing', async () => {
    await startRevising(2_000);
    const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
    const dataDir = path.join(folder, 'data');
    server = await startServer(dataDir, env);
    const given = { repository: source.folder, ticket: addTicket, model: 'scripted/claude-sonnet-5' };
    const id = await server.create(testSpec({ ...given, plan: 'approve' }));
    const planHash = (await server.settled(id)).plan?.hash ?? '';
    const body = { planHash, feedback: firstFeedback, by: 'ada' };
    const answer = await server.post(`/api/v1/runs/${id}/send-back`, body);
    expect(answer.status).toBe(200);
    await model.waitFor(({ conversation }) => conversation === 'revision 2');
    await server.kill('SIGKILL');
    server = await startServer(dataDir, env);
    expect((await server.settled(id)).run.waitReason).toBe('approval');
    const plans = plansResponseSchema.parse(await server.get(`/api/v1/runs/${id}/plans`));
    expect(plans.revisions.map(({ plan }) => plan.summary)).toEqual([addPlan.summary, 'Second.']);
    expect(plans.revisions[1]?.because).toMatchObject({ by: 'ada', feedback: firstFeedback });
    const again = await server.post(`/api/v1/runs/${id}/send-back`, body);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({
      error: { code: 'plan.other-waits', fields: { expected: plans.waiting?.hash } },
    });
  });
});

describe('a plan with open questions', () => {
  it('P3: waits for answers, which reach the planner, and the run goes on', async () => {
    await startAsking();
    const { run, id, cli, show, plans } = await startRun([]);
    expect(run.code, run.stdout + run.stderr).toBe(3);
    expect(run.stdout).toContain(`runyard answer ${id} --plan`);
    expect(run.stdout).toContain(question);
    const { waiting } = await plans();
    expect(waiting).toMatchObject({ reason: 'input', questions: asking.openQuestions });
    const why = whyResponseSchema.parse(JSON.parse((await cli('why', id, '--json')).stdout));
    expect(why.class).toBe('waiting.input');
    expect(why.next.join('\n')).toContain(`runyard answer ${id} --plan ${waiting?.hash}`);
    expect((await cli('runs')).stdout).toContain(`runyard plan ${id}`);

    const unknown = await cli('answer', id, 'How high?=Very');
    expect([unknown.code, unknown.stderr.includes(question)]).toEqual([2, true]);

    const answered = await cli('answer', id, `${question}=No, ANSWER-1`);
    expect(answered.code, answered.stdout + answered.stderr).toBe(0);
    const said = sentTo('after answers').at(-1);
    expect(said).toContain(`Question: ${question}\\nAnswer: No, ANSWER-1`);
    expect(said).toContain('Question: Which rounding?\\nAnswer: (left to you');
    expect((await show()).run.state).toBe('succeeded');
    expect((await plans()).revisions[1]?.because).toMatchObject({ kind: 'answered' });
  });

  it('X14: an answer that says "approve" approves nothing where plans need approval', async () => {
    await startAsking();
    const { id, cli, show } = await startRun(['--approve-plan']);
    expect((await cli('answer', id, '1=approve', '2=approve')).code).toBe(3);
    const { run, attempts } = await show();
    expect([run.waitReason, run.waitDetail?.revision, attempts]).toEqual(['approval', 2, []]);
  });

  it('P3 X14: can be approved as it is, by its hash', async () => {
    await startAsking();
    const { id, cli, plans } = await startRun([]);
    const hash = (await plans()).waiting?.hash ?? '';
    expect((await cli('approve', id, '--plan', hash)).code).toBe(0);
    expect((await plans()).revisions.map(({ outcome }) => outcome?.kind)).toEqual(['approved']);
  });

  it('P3 S2: that nobody answers ends as timed out at its deadline and says what it asked', async () => {
    await startAsking();
    const { show } = await startRun([], { limits: { approvalMs: '1s' } });
    const error = { code: 'plan.unanswered', why: expect.stringContaining(question) };
    // The second may not be over yet where commands are quick to start.
    await expect
      .poll(async () => (await show()).run, { timeout: 60_000 })
      .toMatchObject({ state: 'timed_out', error });
  });

  it('P3: does not wait where nobody watches: plan.waitForAnswers ignore', async () => {
    await startAsking();
    const { run } = await startRun([], { plan: { waitForAnswers: 'ignore' } });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const request = model.requests.find(({ conversation }) => conversation === 'plan');
    expect(JSON.stringify(request?.body)).toContain('Nobody can answer now');
  });
});
