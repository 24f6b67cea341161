import type { ScenarioInput } from '../../../tools/scripted-model/scenario.ts';

/** A repository without dependencies whose suite runs in a tenth of a second, on any Node. */
export const calculatorFiles = {
  'package.json': `${JSON.stringify({ name: 'calculator', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'README.md': '# Calculator\n\nAdds numbers.\n',
  'src/add.js': 'export function add(a, b) {\n  return a - b;\n}\n',
  'test/identity.test.js':
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { add } from '../src/add.js';\n\ntest('adding zero changes nothing', () => {\n  assert.equal(add(5, 0), 5);\n});\n",
};

export const rightSource = 'export function add(a, b) {\n  return a + b;\n}\n';
/** Breaks a test that passed before. */
export const wrongSource = 'export function add(a, b) {\n  return b - a;\n}\n';

export const addTicket = {
  key: 'CALC-1',
  title: 'add() subtracts',
  body: 'add(2, 3) gives -1. It must give 5.\n',
};

export const addPlan = {
  summary: 'Make add() add.',
  subtasks: [
    {
      id: '1',
      title: 'Correct the operator',
      description: 'src/add.js subtracts; it must add.',
      dependsOn: [],
      acceptanceCriteria: ['add(2, 3) is 5'],
    },
  ],
  filesInScope: ['src/add.js'],
  risks: [],
  openQuestions: [],
  estimateMinutes: 5,
};

/** Plans, breaks a test in the first attempt, and mends it in the second. */
export const wrongThenRight: ScenarioInput = {
  name: 'wrong, then right',
  conversations: [
    { name: 'plan', match: { tools: false }, steps: [{ json: addPlan }] },
    {
      name: 'healing',
      match: { anywhere: 'Attempt 1' },
      steps: [{ write: { path: 'src/add.js', content: rightSource } }, { finish: 'add() adds now.' }],
    },
    {
      name: 'first attempt',
      steps: [{ write: { path: 'src/add.js', content: wrongSource } }, { finish: 'Swapped the operands.' }],
    },
  ],
};

/** Right at once. */
export const rightAtOnce: ScenarioInput = {
  name: 'right at once',
  conversations: [
    { name: 'plan', match: { tools: false }, steps: [{ json: addPlan }] },
    {
      name: 'attempt',
      steps: [{ write: { path: 'src/add.js', content: rightSource } }, { finish: 'add() adds now.' }],
    },
  ],
};
