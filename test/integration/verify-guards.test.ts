import { afterEach, describe, expect, it } from 'vitest';
import { resolveGuardPolicy } from '../../src/domain/guard-policy.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import type { PackageFacts } from '../../src/verify/guards/dependencies/npm-view.ts';
import { readChange } from '../../src/verify/guards/read-change.ts';
import { runGuards } from '../../src/verify/guards/run-guards.ts';
import { createTreeReader } from '../../src/verify/tree-reader.ts';
import {
  type Files,
  hostEnvironment,
  removeTestFolders,
  type TestRepository,
  testRepository,
  verifyLimits,
} from './verify-helpers.ts';

afterEach(removeTestFolders);

const test =
  "const test = require('node:test');\nconst assert = require('node:assert');\ntest('adds', () => {\n  assert.strictEqual(require('.').add(1, 2), 3);\n});\n";
const base: Files = {
  'package.json': '{ "name": "sums", "scripts": { "test": "node --test" } }\n',
  'index.js': 'exports.add = (a, b) => a + b;\n',
  'index.test.js': test,
};

async function guards(
  repository: TestRepository,
  lookUp: ((name: string) => Promise<PackageFacts>) | null = null,
) {
  const { mode } = await detectSandbox();
  const { gitDir } = repository;
  const [baseCommit = ''] = repository.commits;
  const { signal } = new AbortController();
  const { gitMs } = verifyLimits;
  return runGuards({
    gitDir,
    baseCommit,
    commit: repository.commits.at(-1) ?? '',
    policy: resolveGuardPolicy(),
    scope: null,
    host: {
      sandbox: { mode, readable: [], masked: [] },
      egressSocketPath: null,
      environment: hostEnvironment(),
      killGraceMs: 500,
      redact: createRedactor(),
      signal,
    },
    gitMs,
    readTree: createTreeReader({ gitDir, timeoutMs: gitMs, signal }),
    lookUp,
    now: new Date('2026-11-21'),
  });
}

describe('guards in a verdict', () => {
  it('V7: a change whose checks pass is refused when it took its test away, and says which guard and why', async () => {
    const repository = await testRepository(base, {
      'index.js': 'exports.add = (a, b) => a - b;\n',
      'index.test.js': test.replace(
        "assert.strictEqual(require('.').add(1, 2), 3)",
        "assert.ok(require('.').add)",
      ),
    });
    const verdict = await repository.verify();
    expect(verdict).toMatchObject({
      status: 'failed',
      guards: [{ guard: 'weakened-tests', action: 'block', file: 'index.test.js' }],
      introduced: [{ category: 'guard', symbol: 'weakened-tests', file: 'index.test.js' }],
    });
    expect(verdict.results.every(({ status }) => status === 'passed')).toBe(true);
    expect(verdict.fingerprint).not.toBeNull();
  });

  it('X13: a guard that asks leaves the verdict as it is', async () => {
    const repository = await testRepository(base, { '.github/workflows/ci.yml': 'on: push\n' });
    expect(await repository.verify()).toMatchObject({
      status: 'passed',
      guards: [{ guard: 'ci-files', action: 'ask', file: '.github/workflows/ci.yml' }],
      introduced: [],
    });
  });

  it('V7: a repository makes guards stricter on its base commit, and never milder; the change itself decides nothing', async () => {
    const strict = {
      ...base,
      'runyard.yaml': 'checks: { guards: { ci-files: block, deleted-tests: off } }\n',
    };
    const repository = await testRepository(strict, {
      'runyard.yaml': 'checks: { guards: { ci-files: off } }\n',
      '.gitlab-ci.yml': 'a: b\n',
      'index.test.js': null,
    });
    const { guards: found } = await repository.verify();
    expect(found.map(({ guard, action }) => `${guard} ${action}`).toSorted()).toEqual([
      'ci-files block',
      'deleted-tests block',
      // The change of runyard.yaml itself.
      'loosened-configuration ask',
    ]);
  });

  it('V7: the operator switches a guard off', async () => {
    const repository = await testRepository(base, { '.gitlab-ci.yml': 'a: b\n' });
    const checks = {
      mode: 'auto',
      commands: null,
      allowUnverified: false,
      guards: { 'ci-files': 'off' },
    } as const;
    expect((await repository.verify({ checks })).guards).toEqual([]);
  });
});

describe('guards on git objects', () => {
  it('G5: files are read with renames, links, odd names and bytes that are no text, and large ones are only measured', async () => {
    const odd = 'a b/ü"\n\t$(x).js';
    const repository = await testRepository(
      { ...base, 'big.json': 'x' },
      {
        'index.js': null,
        'lib/index.js': base['index.js'] ?? '',
        [odd]: '1\n',
        'raw.js': 'a\0b',
        'big.json': 'x'.repeat(5 * 1024 * 1024),
      },
    );
    const [baseCommit = '', commit = ''] = repository.commits;
    const items = await readChange(baseCommit, {
      gitDir: repository.gitDir,
      commit,
      timeoutMs: 30_000,
      signal: new AbortController().signal,
    });
    const by = (path: string) => items.find((item) => item.path === path);
    expect(by('lib/index.js')).toMatchObject({ kind: 'renamed', oldPath: 'index.js' });
    expect(by(odd)).toMatchObject({ kind: 'added', after: '1\n' });
    expect(by('raw.js')).toMatchObject({ isBinary: true, after: null });
    expect(by('big.json')).toMatchObject({ after: null, sizeBytes: 5 * 1024 * 1024 });
  });

  it('V7: a file that ends the parser ends nothing but the search, and is refused', async () => {
    const deep = `module.exports = ${'a?b:'.repeat(200_000)}c;\n`;
    const repository = await testRepository(base, { 'index.test.js': deep });
    const { findings } = await guards(repository);
    expect(findings.some(({ action }) => action !== 'warn')).toBe(true);
  });

  it('V7: text that is broken in any way is searched as text', async () => {
    const repository = await testRepository(base, {
      'index.test.js': `${test}\nit.skip('x', () => {})\n}}}} \\ud800 not code`,
      'package.json': '{ broken',
    });
    const { findings } = await guards(repository);
    expect(findings.map(({ guard }) => guard)).toEqual(
      expect.arrayContaining(['skipped-tests', 'weakened-tests']),
    );
  });

  it('V7: a hundred thousand lines are searched in bounded time', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, index) => `export const a${index} = 'password: ${'ab_-'.repeat(8)}';`,
    ).join('\n');
    const repository = await testRepository(base, { 'data.ts': lines });
    const { findings } = await guards(repository);
    expect(findings.filter(({ guard }) => guard === 'weakened-tests')).toEqual([]);
  });

  it('V7: credentials are masked in what is said of them', async () => {
    const token = ['ghp', 'aB3xK9mQ7pL2sT8vW4yZ6cD1fG5hJ0nRuE4w'].join('_');
    const repository = await testRepository(base, { 'config.js': `exports.token = '${token}';\n` });
    const { findings } = await guards(repository);
    expect(findings).toMatchObject([{ guard: 'secrets', action: 'block', file: 'config.js', line: 1 }]);
    expect(JSON.stringify(findings)).not.toContain(token.slice(8));
  });
});

describe('new packages', () => {
  const manifest = (packages: object) => ({
    'package.json': JSON.stringify({
      name: 'sums',
      scripts: { test: 'node --test' },
      dependencies: packages,
    }),
  });
  const answers: Readonly<Record<string, PackageFacts>> = {
    'no-such-sums': { kind: 'missing' },
    'young-sums': {
      kind: 'found',
      version: '1.0.0',
      createdAt: new Date('2026-11-10'),
      modifiedAt: new Date('2026-11-10'),
      hasInstallScript: true,
      deprecated: null,
    },
    zod: {
      kind: 'found',
      version: '4.0.0',
      createdAt: new Date('2020-03-07'),
      modifiedAt: new Date('2026-11-10'),
      hasInstallScript: false,
      deprecated: null,
    },
  };

  it('V7: one that does not exist, is days old or runs a program is asked about; a well-known one is not', async () => {
    const repository = await testRepository(
      base,
      manifest({ 'no-such-sums': '^1.0.0', 'young-sums': '^1.0.0', zod: '^4.0.0' }),
    );
    const { findings } = await guards(repository, (name) =>
      Promise.resolve(answers[name] ?? { kind: 'missing' }),
    );
    expect(findings.map(({ action, message }) => `${action}: ${message}`).toSorted()).toEqual([
      'ask: The new package no-such-sums does not exist in the registry.',
      'ask: The new package young-sums exists for 11 days only.',
      'ask: The new package young-sums runs a program of its own when it is installed.',
    ]);
  });

  it('V7: a registry that cannot be asked is said, and decides nothing', async () => {
    const repository = await testRepository(base, manifest({ 'some-sums': '^1.0.0' }));
    const { findings, warnings } = await guards(repository, () =>
      Promise.resolve({ kind: 'unknown', why: 'ENOTFOUND' }),
    );
    expect(findings).toEqual([]);
    expect(warnings).toEqual(['The registry could not be asked about new packages (ENOTFOUND): some-sums.']);
    expect((await guards(repository)).warnings).toEqual([
      'New packages were not looked up in a registry, as there is no network: some-sums.',
    ]);
  });
});
