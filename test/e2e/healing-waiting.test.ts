import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { runCli } from './support/cli.ts';
import { healTicket } from './support/healing.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let repository: TestRepository;
let mended: string;

const change: ScenarioInput = {
  conversations: [
    {
      steps: [
        { write: { path: 'src/value.js', content: 'export const value = 2;\n' } },
        { finish: 'Now 2.' },
      ],
      name: 'change',
    },
  ],
};

/** The suite passes on the base commit; on the change it says what it is given until a file outside of everything says it is mended. */
async function repositoryThatSays(says: string): Promise<TestRepository> {
  const check = `import { existsSync } from 'node:fs';
import { value } from './src/value.js';
if (value === 2 && !existsSync(${JSON.stringify(mended)})) {
  console.error(${JSON.stringify(says)});
  process.exit(1);
}
console.log('1 test passed');
`;
  const scripts = { test: 'node check.js' };
  return createRepository(path.join(folder, 'source'), {
    'package.json': `${JSON.stringify({ name: 'value', version: '1.0.0', type: 'module', scripts })}\n`,
    'check.js': check,
    'src/value.js': 'export const value = 1;\n',
  });
}

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  const shared = path.join(folder, 'shared');
  await mkdir(shared);
  mended = path.join(shared, 'mended');
});

afterEach(() => removeFolder());

const settings = () => ({
  sandbox: { readable: [path.join(folder, 'shared')] },
  ladder: [{ agent: 'builtin', model: 'scripted/claude-haiku-4-5', attempts: 2 }],
  healing: { verifyAgain: 5 },
});

/** Several commands, each with a server of its own, on a machine that may have other work. */
const SLOW_MS = 240_000;

describe('a failure that passes by itself', () => {
  it(
    'X9: has the same commit verified again and costs no attempt and no model call',
    async () => {
      repository = await repositoryThatSays(
        'npm error code ECONNRESET\nnpm error network request to https://registry.npmjs.org/ms failed, reason: read ECONNRESET',
      );
      const told = await healTicket({
        folder,
        repository: repository.folder,
        scenario: change,
        settings: settings(),
        onEvent: ({ type }) => {
          if (type === 'verification.repeated') writeFileSync(mended, '');
        },
      });
      expect(told.code, told.why).toBe(0);
      expect(told.attempts.map(({ outcome }) => outcome)).toEqual(['passed']);
      expect(told.attempts[0]?.verifiedAgain).toBeGreaterThan(0);
      expect(told.events.find(({ type }) => type === 'verification.repeated')?.data).toMatchObject({
        attempt: 1,
        count: 1,
      });
      expect(told.show).toMatch(/Again\s+verified \d more time/);
      expect(told.prompts).toHaveLength(2);
    },
    SLOW_MS,
  );
});

describe('what only a person can mend', () => {
  const missing = 'Error: Environment variable not found: VALUE_API_URL';

  it(
    'X9: is asked with its name; when it is mended, the same commit is verified again and delivered',
    async () => {
      repository = await repositoryThatSays(missing);
      const told = await healTicket({
        folder,
        repository: repository.folder,
        scenario: change,
        settings: settings(),
      });
      expect(told.why).toContain('VALUE_API_URL');
      expect(told.why.replace(/\s+/g, ' ')).toContain(`${told.id} --attempt 1`);
      writeFileSync(mended, '');
      const common = ['--data-dir', path.join(folder, 'data')];
      const wrong = await runCli(['approve', told.id, '--attempt', '2', ...common], { env: told.env });
      expect(wrong.stderr).toContain('does not ask anything after that attempt');
      const approved = await runCli(['approve', told.id, '--attempt', '1', ...common], { env: told.env });
      expect(approved.code, approved.stdout + approved.stderr).toBe(0);
      const branch = repository.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard');
      expect(repository.git('show', `${branch}:src/value.js`)).toBe('export const value = 2;');
    },
    SLOW_MS,
  );
});
