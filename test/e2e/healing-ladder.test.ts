import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { type Healed, healTicket } from './support/healing.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

/** One function and three tests of it that pass: what an attempt makes of the function decides which of them fail. */
const files = {
  'package.json': manifest({ test: 'node --test' }),
  'src/letters.js': "export function letters() {\n  return ['a', 'b', 'c'];\n}\n",
  'test/letters.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letters } from '../src/letters.js';

for (const letter of ['a', 'b', 'c']) {
  test(\`has \${letter}\`, () => assert.ok(letters().includes(letter), \`no \${letter}\`));
}
`,
};

/** No letter x. */
const lint = `import { letters } from './src/letters.js';
if (letters().includes('x')) {
  console.log('src/letters.js:2:1: error: x is not allowed');
  process.exitCode = 1;
}
`;

function manifest(scripts: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ name: 'letters', version: '1.0.0', type: 'module', scripts }, null, 2)}\n`;
}

function source(...letters: readonly string[]): string {
  return `export function letters() {\n  return ${JSON.stringify(letters)};\n}\n`;
}

const small = 'scripted/claude-haiku-4-5';
const large = 'scripted/claude-sonnet-5';

/** What the agent writes in its first, second … attempt; told apart by the attempts that its prompt names. */
function writes(contents: readonly string[]): ScenarioInput {
  return {
    name: 'a try for each attempt',
    conversations: contents
      .map((content, index) => ({
        name: `attempt ${index + 1}`,
        ...(index === 0 ? {} : { match: { anywhere: `### Attempt ${index} ` } }),
        steps: [{ write: { path: 'src/letters.js', content } }, { finish: `Idea ${index + 1}.` }],
      }))
      .reverse(),
  };
}

let folder: string;
let removeFolder: () => Promise<void>;
let repository: TestRepository;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  repository = await createRepository(path.join(folder, 'source'), files);
});

afterEach(() => removeFolder());

const ladder = [
  { agent: 'builtin', model: small, attempts: 3 },
  { agent: 'builtin', model: large, attempts: 1 },
];

function heal(scenario: ScenarioInput, settings: Readonly<Record<string, unknown>>): Promise<Healed> {
  return healTicket({ folder, repository: repository.folder, scenario, settings });
}

function starts({ events }: Healed) {
  return events.filter(({ type }) => type === 'attempt.started').map(({ data }) => data);
}

describe('healing', { timeout: 240_000 }, () => {
  it('V5: converges: the second attempt is told what failed, mends it and is delivered', async () => {
    const told = await heal(writes([source('a', 'b'), source('a', 'b', 'c', 'd')]), { ladder });
    expect(told.code, told.why).toBe(0);
    expect(told.attempts.map(({ outcome }) => outcome)).toEqual(['checks-failed', 'passed']);
    expect(starts(told)[1]).toMatchObject({ startedFrom: { attempt: 1, rolledBack: false } });
    const brief = told.prompts.find((prompt) => prompt.includes('## What fails now')) ?? '';
    expect(brief).toContain('no c');
    expect(brief).toContain('src/letters.js (modified');
    expect(told.show).toContain('attempt 1: it is the best so far: 1 new problem');
  });

  it('V5, V6: stagnates: the same failure twice hands over to the next rung, which says why', async () => {
    const told = await heal(writes([source('a'), source('a', 'x'), source('a', 'b', 'c', 'd')]), { ladder });
    expect(told.code, told.why).toBe(0);
    expect(starts(told).map(({ model }) => model)).toEqual([small, small, large]);
    expect(starts(told)[2]?.['reason']).toBe('escalated: the same failure twice');
    expect(told.show).toContain('escalated: the same failure twice');
    expect(told.why).toContain('escalated: the same failure twice');
  });

  it('V5: gets worse: the next attempt starts from the best state, and every view says so', async () => {
    const told = await heal(writes([source('a', 'b'), source(), source('a', 'b', 'c', 'd')]), { ladder });
    expect(told.code, told.why).toBe(0);
    const words = 'attempt 2 made it worse (3 new problems; attempt 1: 1 new problem)';
    expect(starts(told)[2]).toMatchObject({ startedFrom: { attempt: 1, rolledBack: true, because: words } });
    expect(told.attempts[2]?.startedFrom).toMatchObject({ attempt: 1, rolledBack: true });
    expect(told.show.replace(/\s+/g, ' ')).toContain(`rolled back to attempt 1: ${words}`);
    expect(told.why.replace(/\s+/g, ' ')).toContain('rolled back to attempt 1');
    const last = told.prompts.at(-1) ?? '';
    expect(last).toContain('It newly broke (2)');
    const branch = repository.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard');
    expect(repository.git('rev-list', '--count', `main..${branch}`)).toBe('1');
  });

  it('V5: goes back and forth: A, B, A is recognised, and ends the run where no other model is left', async () => {
    const told = await heal(writes([source('a', 'b'), source('b', 'c'), source('a', 'b', 'x')]), {
      ladder: [{ agent: 'builtin', model: small, attempts: 9 }],
    });
    expect(told.code).not.toBe(0);
    expect(told.attempts).toHaveLength(3);
    expect(told.why.replace(/\s+/g, ' ')).toContain(
      'it goes back and forth: the failure of attempt 1 is back',
    );
  });

  it('V5, V7: cheats: an attempt that takes the check away is refused, and the next is told so', async () => {
    await repository.write('lint.js', lint);
    await repository.write('package.json', manifest({ test: 'node --test', lint: 'node lint.js' }));
    repository.commit('a linter');
    const told = await heal(
      {
        name: 'cheats, then works',
        conversations: [
          {
            name: 'honest',
            match: { anywhere: '### Attempt 1 ' },
            steps: [
              {
                write: {
                  path: 'package.json',
                  content: manifest({ test: 'node --test', lint: 'node lint.js' }),
                },
              },
              { write: { path: 'src/letters.js', content: source('a', 'b', 'c', 'd') } },
              { finish: 'Put the script back.' },
            ],
          },
          {
            name: 'cheat',
            steps: [
              { write: { path: 'src/letters.js', content: source('a', 'b', 'c', 'x') } },
              { write: { path: 'package.json', content: manifest({ test: 'node --test' }) } },
              { finish: 'All checks pass now.' },
            ],
          },
        ],
      },
      { ladder },
    );
    expect(told.code, told.why).toBe(0);
    expect(told.attempts.map(({ outcome }) => outcome)).toEqual(['checks-failed', 'passed']);
    const brief = told.prompts.find((prompt) => prompt.includes('## What fails now')) ?? '';
    expect(brief).toContain('takes this check away');
  });
});
