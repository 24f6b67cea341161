import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunSpec } from '../../../src/domain/run.ts';
import { type ScriptedModel, startScriptedModel } from '../../../tools/scripted-model/server.ts';
import { addPlan, calculatorFiles, rightSource, wrongSource } from './calculator.ts';
import { createRepository } from './repository.ts';
import { writeScriptedConfig } from './scripted-config.ts';
import { startServer, type TestServer } from './server.ts';
import { testSpec } from './spec.ts';

export interface DashboardScene {
  readonly server: TestServer;
  readonly model: ScriptedModel;
  /** Ids of runs by what became of them. */
  readonly runs: Readonly<Record<RunName, string>>;
  /** A clone of its own for a run that a test makes. */
  repository(name: string): Promise<string>;
  spec(title: string, repository: string, plan?: RunSpec['plan']['mode']): RunSpec;
  close(): Promise<void>;
}

const runNames = [
  'healed',
  'delivered',
  'hostile',
  'failed',
  'approval',
  'questions',
  'cancelled',
  'running',
  'queued',
] as const;
export type RunName = (typeof runNames)[number];

/** What a browser must show as text, whatever stands in a ticket, a log, a difference or the name of a file. */
export const hostileText = `<img src=x onerror="window.broken=1"><script>window.broken=2</script>\u001b]8;;javascript:window.broken=3\u0007`;

const titles: Record<RunName, string> = {
  healed: 'Totals with a discount are too high',
  delivered: 'Invoices round half a cent the wrong way',
  hostile: `Escape ${hostileText}`,
  failed: 'Refunds are counted twice',
  approval: 'Let customers change the delivery address',
  questions: 'Export orders for the tax office',
  cancelled: 'Try the new payment provider',
  running: 'Speed up the search for products',
  queued: 'Show the price per unit',
};

const questionsPlan = {
  ...addPlan,
  summary: 'Export all orders of a year in the form the tax office takes.',
  openQuestions: ['Which year does it begin with?', 'Does a cancelled order belong into it?'],
};
const hostileName = 'src/<img src=x onerror=alert(1)>.js';

const right = (said: string) => [
  { list: '.' },
  { read: 'src/add.js' },
  { write: { path: 'src/add.js', content: rightSource } },
  { finish: said },
];
const wrong = (said: string) => [
  { read: 'src/add.js' },
  { write: { path: 'src/add.js', content: wrongSource } },
  { finish: said },
];

const scenario = {
  name: 'dashboard',
  conversations: [
    {
      name: 'questions',
      match: { tools: false, anywhere: titles.questions },
      steps: [{ json: questionsPlan }],
    },
    { name: 'plan', match: { tools: false }, steps: [{ json: addPlan }] },
    {
      name: 'running',
      match: { anywhere: titles.running },
      steps: [{ list: '.' }, { read: 'src/add.js' }, { run: 'sleep 600' }, { finish: 'Faster now.' }],
    },
    { name: 'failed', match: { anywhere: titles.failed }, steps: wrong('Swapped the operands.') },
    {
      name: 'hostile',
      match: { anywhere: 'Escape <img' },
      steps: [
        {
          say: hostileText,
          write: { path: hostileName, content: `export const text = ${JSON.stringify(hostileText)};\n` },
        },
        { write: { path: 'src/add.js', content: rightSource } },
        { finish: hostileText },
      ],
    },
    {
      name: 'healing',
      match: { anywhere: [titles.healed, 'Attempt 1'] },
      steps: right('The discount is taken off once.'),
    },
    { name: 'first', match: { anywhere: titles.healed }, steps: wrong('The discount is taken off.') },
    { name: 'right', steps: right('add() adds now.') },
  ],
};

/** A real server with runs in every state, made by a scripted model: what the pages of the dashboard are tested and pictured with. */
export async function startDashboardScene(folder: string, port?: number): Promise<DashboardScene> {
  const model = await startScriptedModel(scenario);
  const { env } = await writeScriptedConfig({
    folder,
    modelUrl: model.url,
    settings: { scheduler: { maxRuns: 4 } },
  });
  await writePrices(path.join(folder, 'data'));
  const server = await startServer(
    path.join(folder, 'data'),
    env,
    port === undefined ? [] : ['--port', String(port)],
  );
  const made = new Map<string, Promise<string>>();
  const repository = (name: string) => {
    const known = made.get(name);
    if (known) return known;
    const making = createRepository(path.join(folder, 'repositories', name), calculatorFiles).then(
      (one) => one.folder,
    );
    made.set(name, making);
    return making;
  };
  const spec = (title: string, source: string, plan: RunSpec['plan']['mode'] = 'off') =>
    lasting(
      testSpec({
        repository: source,
        ticket: { key: null, title, body: 'It was seen in the shop yesterday.\n\nCustomers complain.' },
        model: 'scripted/claude-sonnet-5',
        plan,
        attempts: 2,
      }),
    );
  const runs = await makeRuns(server, { repository, spec });
  return {
    server,
    model,
    runs,
    repository,
    spec,
    async close() {
      await server.kill('SIGKILL');
      await model.close();
    },
  };
}

/** What works, waits or is queued does so for as long as anybody looks: a command may be silent for a share of the silence that is allowed. */
function lasting({ limits, ...spec }: RunSpec): RunSpec {
  const most = 60 * 60_000;
  const long = { runMs: most, stageMs: most, attemptMs: most, silenceMs: most };
  return { ...spec, limits: { ...limits, ...long, approvalMs: most, queueMs: most } };
}

/** So that costs are figures and not only `unknown`. */
async function writePrices(dataDir: string): Promise<void> {
  const price = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 };
  const model = { contextTokens: 200_000, maxOutputTokens: 64_000, cache: 'explicit', price };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(
    path.join(dataDir, 'models.json'),
    JSON.stringify({ models: { 'scripted/claude-sonnet-5': model } }),
  );
}

async function makeRuns(
  server: TestServer,
  { repository, spec }: Pick<DashboardScene, 'repository' | 'spec'>,
): Promise<Record<RunName, string>> {
  const start = async (name: RunName, where: string, plan?: RunSpec['plan']['mode']) =>
    server.create(spec(titles[name], await repository(where), plan));
  const ended = async (name: RunName, where: string, plan?: RunSpec['plan']['mode']) => {
    const id = await start(name, where, plan);
    await server.settled(id);
    return id;
  };
  const [healed, delivered, failed] = await Promise.all([
    ended('healed', 'shop/checkout', 'auto'),
    ended('delivered', 'shop/invoices'),
    ended('failed', 'shop/payments'),
  ]);
  const [hostile, approval, questions] = await Promise.all([
    ended('hostile', 'shop/checkout'),
    ended('approval', 'shop/orders', 'approve'),
    ended('questions', 'shop/tax', 'approve'),
  ]);
  const cancelled = await start('cancelled', 'shop/payments');
  await server.post(`/api/v1/runs/${cancelled}/cancel`, { by: 'maria', reason: 'not this quarter' });
  const running = await start('running', 'shop/catalogue');
  await server.waitForEvent(running, ({ type }) => type === 'agent.activity');
  const queued = await start('queued', 'shop/catalogue');
  return { healed, delivered, hostile, failed, approval, questions, cancelled, running, queued };
}
