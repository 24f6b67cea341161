import { chmod } from 'node:fs/promises';
import path from 'node:path';
import type { ReviewPolicy } from '../../../src/domain/review.ts';
import type { RunSpec } from '../../../src/domain/run.ts';
import { startScriptedModel } from '../../../tools/scripted-model/server.ts';
import { calculatorFiles, rightSource, wrongSource } from './calculator.ts';
import { createRepository } from './repository.ts';
import { writeScriptedConfig } from './scripted-config.ts';
import { startServer, type TestServer } from './server.ts';
import { type SpecOptions, testSpec } from './spec.ts';

const runNames = ['asked', 'guarded', 'disputed', 'reviewed', 'formatted', 'rolledBack'] as const;
type HealingRun = (typeof runNames)[number];

export interface HealingScene {
  readonly server: TestServer;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runs: Readonly<Record<HealingRun, string>>;
  close(): Promise<void>;
}

const titles: Record<HealingRun, string> = {
  asked: 'Fetch exchange rates from the service',
  guarded: 'Count the delivery fee into every sum',
  disputed: 'Add up prices in cents',
  reviewed: 'Totals of empty orders',
  formatted: 'Round prices to the cent',
  rolledBack: 'Sums of negative amounts',
};

const testOf = (name: string, assertion: string) =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { add } from '../src/add.js';\n\ntest('${name}', () => {\n  ${assertion};\n});\n`;

/** Stands for Prettier, without a registry: takes spaces away at the ends of lines. */
const formatter = `#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
const [how] = process.argv.slice(2);
const file = 'src/add.js';
const text = readFileSync(file, 'utf8');
const formatted = text.replace(/ +$/gm, '');
if (how === '--write') writeFileSync(file, formatted);
else if (formatted !== text) {
  console.error('[warn] ' + file);
  console.error('[warn] Code style issues found in the above file. Run Prettier with --write to fix.');
  process.exitCode = 1;
}
`;

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
const prettier = { version: '3.6.2', bin: { prettier: 'main.js' } };
const shop = {
  name: 'shop',
  version: '1.0.0',
  type: 'module',
  devDependencies: { prettier: 'file:tools/prettier' },
};

const repositories: Record<HealingRun, Readonly<Record<string, string>>> = {
  asked: {
    ...calculatorFiles,
    'package.json': json({
      name: 'shop',
      version: '1.0.0',
      type: 'module',
      scripts: { test: 'node check.js' },
    }),
    'check.js':
      "import { add } from './src/add.js';\nif (add(1, 1) === 2) {\n  console.error('Error: Environment variable not found: RATES_API_URL');\n  process.exit(1);\n}\nconsole.log('1 test passed');\n",
  },
  guarded: calculatorFiles,
  disputed: calculatorFiles,
  reviewed: calculatorFiles,
  formatted: {
    ...calculatorFiles,
    '.gitignore': 'node_modules\n',
    'package.json': json({
      ...shop,
      scripts: {
        test: 'node --test',
        'format:check': 'prettier --check src',
        format: 'prettier --write src',
      },
    }),
    'package-lock.json': json({
      name: 'shop',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'shop', version: '1.0.0', devDependencies: shop.devDependencies },
        'node_modules/prettier': { resolved: 'tools/prettier', link: true },
        'tools/prettier': { ...prettier, dev: true },
      },
    }),
    'tools/prettier/package.json': json({ name: 'prettier', type: 'module', ...prettier }),
    'tools/prettier/main.js': formatter,
  },
  rolledBack: {
    ...calculatorFiles,
    'test/zero.test.js': testOf('nothing and nothing is nothing', 'assert.equal(add(0, 0), 0)'),
  },
};

const write = (content: string, said: string) => [
  { write: { path: 'src/add.js', content } },
  { finish: said },
];
const finding = {
  severity: 'major',
  file: 'src/add.js',
  line: 2,
  title: 'Prices that are no number give NaN',
  detail: 'add("1.50", undefined) is NaN, and the order is saved with it.',
  suggestion: 'Refuse what is no number, and test it.',
};
const remark = { ...finding, severity: 'note', title: 'The parameters could have clearer names' };
const reviewer = (title: string, json: object) => ({
  name: `review of ${title}`,
  match: { system: 'You review a change', tools: false, anywhere: title },
  steps: [{ json }],
});

const scenario = {
  name: 'healing',
  conversations: [
    reviewer(titles.disputed, { summary: 'It adds, but trusts its input.', findings: [finding] }),
    reviewer(titles.reviewed, { summary: 'It does what the ticket says.', findings: [remark] }),
    {
      name: 'guarded',
      match: { anywhere: titles.guarded },
      steps: [
        { write: { path: 'src/add.js', content: rightSource } },
        { run: 'cp /bin/true fee' },
        { finish: 'The fee is in every sum.' },
      ],
    },
    {
      name: 'disputed again',
      match: { anywhere: [titles.disputed, 'reviewers sent it back'] },
      steps: write(wrongSource, 'Refuses what is no number.'),
    },
    {
      name: 'formatted',
      match: { anywhere: titles.formatted },
      steps: write(rightSource.replace('{\n', '{   \n'), 'Rounds.'),
    },
    {
      name: 'rolled back, third',
      match: { anywhere: [titles.rolledBack, 'Attempt 2'] },
      steps: write(rightSource, 'Adds.'),
    },
    {
      name: 'rolled back, second',
      match: { anywhere: [titles.rolledBack, 'Attempt 1'] },
      steps: write('export function add(a, b) {\n  return b - a + 1;\n}\n', 'Swapped the operands.'),
    },
    {
      name: 'rolled back, first',
      match: { anywhere: titles.rolledBack },
      steps: write(
        'export function add(a, b) {\n  return a === 0 ? 1 : a + b;\n}\n',
        'Zero is a case of its own.',
      ),
    },
    { name: 'right', steps: write(rightSource, 'add() adds now.') },
  ],
};

const quality: ReviewPolicy = {
  model: 'scripted/claude-sonnet-5',
  blockOn: 'major',
  maxRounds: 2,
  whenUsedUp: 'wait',
  required: false,
};
const further: Partial<Record<HealingRun, Partial<RunSpec>>> = {
  disputed: { reviews: { quality } },
  reviewed: { reviews: { quality } },
};
const attempts: Partial<Record<HealingRun, SpecOptions['attempts']>> = { disputed: 1, rolledBack: 3 };

/** Runs that guards, reviews and failures hold up, and runs that healed: what their pages and commands are looked at with. */
export async function startHealingScene(folder: string): Promise<HealingScene> {
  const model = await startScriptedModel(scenario);
  const { env } = await writeScriptedConfig({
    folder,
    modelUrl: model.url,
    settings: { scheduler: { maxRuns: 2 } },
  });
  const server = await startServer(path.join(folder, 'data'), env);
  const start = async (name: HealingRun): Promise<[HealingRun, string]> => {
    const made = await createRepository(path.join(folder, 'shop', name), repositories[name]);
    if (name === 'formatted') {
      await chmod(path.join(made.folder, 'tools/prettier/main.js'), 0o755);
      made.commit('The formatter can be run');
    }
    const spec = testSpec({
      repository: made.folder,
      ticket: { key: null, title: titles[name], body: 'Customers complain.' },
      model: 'scripted/claude-sonnet-5',
      attempts: attempts[name] ?? 2,
    });
    const limits = { ...spec.limits, approvalMs: 3_600_000 };
    const id = await server.create({ ...spec, ...further[name], limits });
    await server.settled(id);
    return [name, id];
  };
  const runs = Object.fromEntries(await Promise.all(runNames.map(start))) as Record<HealingRun, string>;
  return {
    server,
    folder,
    env,
    runs,
    async close() {
      await server.kill('SIGKILL');
      await model.close();
    },
  };
}
