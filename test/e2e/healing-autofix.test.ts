import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { cleanEnvironment } from './support/cli.ts';
import { type Healed, healTicket } from './support/healing.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let repository: TestRepository;

const scripts = {
  'format:check': 'prettier --check src',
  format: 'prettier --write src',
  test: 'node --test',
};

/** A repository with a real formatter, as somebody would have set it up. */
beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  repository = await createRepository(path.join(folder, 'source'), {
    'package.json': `${JSON.stringify({ name: 'value', version: '1.0.0', type: 'module', scripts, devDependencies: { prettier: '3.6.2' } }, null, 2)}\n`,
    '.gitignore': 'node_modules\n',
    'src/value.js': 'export const value = 1;\n',
    'test/value.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { value } from '../src/value.js';
test('is a number', () => assert.equal(typeof value, 'number'));
`,
  });
  const lock = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', lock, { cwd: repository.folder, env: cleanEnvironment(), stdio: 'ignore' });
  repository.commit('lock file');
});

afterEach(() => removeFolder());

const unformatted = 'export const value =    2\n';

/** Right, and not as the formatter wants it. */
const change: ScenarioInput = {
  conversations: [
    {
      name: 'change',
      steps: [{ write: { path: 'src/value.js', content: unformatted } }, { finish: 'The value is 2.' }],
    },
  ],
};

function heal(checks: Readonly<Record<string, unknown>>): Promise<Healed> {
  const ladder = [{ agent: 'builtin', model: 'scripted/claude-haiku-4-5', attempts: 1 }];
  return healTicket({
    folder,
    repository: repository.folder,
    scenario: change,
    settings: { ladder, checks },
  });
}

/** Installing packages takes a while on a busy machine. */
const SLOW_MS = 240_000;

describe('a formatter that disagrees with a correct change', () => {
  it(
    'V5: mends it itself, in the one commit that is delivered, without another attempt or model call',
    async () => {
      const told = await heal({});
      expect(told.code, told.why).toBe(0);
      expect(told.attempts.map(({ outcome }) => outcome)).toEqual(['passed']);
      expect(told.prompts).toHaveLength(2);
      const applied = told.events.find(({ type }) => type === 'autofix.applied');
      expect(applied?.data).toMatchObject({ attempt: 1, files: ['src/value.js'] });
      expect(told.show).toMatch(/Mended\s+format\S* by npm run format, without a model: src\/value\.js/);
      const branch = repository.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard');
      expect(repository.git('show', `${branch}:src/value.js`)).toBe('export const value = 2;');
      expect(repository.git('rev-list', '--count', `main..${branch}`)).toBe('1');
    },
    SLOW_MS,
  );

  it(
    'V5: is refused with autofix off',
    async () => {
      const told = await heal({ autofix: false });
      expect(told.code).not.toBe(0);
      expect(told.attempts.map(({ outcome }) => outcome)).toEqual(['checks-failed']);
      expect(told.events.some(({ type }) => type === 'autofix.applied')).toBe(false);
      expect(told.why).toContain('src/value.js');
    },
    SLOW_MS,
  );
});
