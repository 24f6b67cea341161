import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defaultRegistryHosts,
  type EgressProxy,
  startEgressProxy,
} from '../../src/verify/egress/egress-proxy.ts';
import { type Files, removeTestFolders, statuses, testFolder, testRepository } from './verify-helpers.ts';

/** Packages and managers are fetched once for the whole file. */
let shared: { dependencies: string; egress: EgressProxy };

beforeAll(async () => {
  const folder = await testFolder();
  const egress = await startEgressProxy({
    socketPath: join(folder, 'egress.sock'),
    allowedHosts: defaultRegistryHosts,
  });
  const dependencies = join(folder, 'dependencies');
  await mkdir(dependencies);
  shared = { dependencies, egress };
});

afterAll(async () => {
  await shared.egress.close();
  await removeTestFolders();
});

async function verify(...history: readonly Files[]) {
  const repository = await testRepository(...history);
  const data = await testFolder();
  const verdict = await repository.verify({
    folders: {
      verify: join(data, 'verify'),
      dependencies: shared.dependencies,
      baselines: join(data, 'baselines'),
    },
    egressSocketPath: shared.egress.socketPath,
  });
  const failed = verdict.results.filter(({ status }) => status !== 'passed');
  return { verdict, output: failed.map(({ check, output }) => `${check.name}: ${output}`).join('\n') };
}

/** A monorepo whose package b loads a, and a loads a package of the registry; `run` is how a script calls its own manager. */
function monorepo(
  root: Record<string, unknown>,
  { local, files = {} }: { local: string; files?: Files },
): Files {
  return {
    '.gitignore': 'node_modules\n.pnp.*\n.yarn/cache\n.yarn/install-state.gz\n',
    'package.json': JSON.stringify({ name: 'root', private: true, ...root }),
    'packages/a/package.json': JSON.stringify({
      name: '@t/a',
      version: '1.0.0',
      main: 'index.js',
      dependencies: { ms: '2.1.3' },
    }),
    'packages/a/index.js': "module.exports = (text) => require('ms')(text);\n",
    'packages/b/package.json': JSON.stringify({
      name: '@t/b',
      version: '1.0.0',
      scripts: { test: 'node test.js' },
      dependencies: { '@t/a': local },
    }),
    'packages/b/test.js': "require('node:assert').equal(require('@t/a')('1s'), 1000);\n",
    ...files,
  };
}

/** As bun 1.4 wrote it for `monorepo` with `workspace:*`. */
const bunLock = `{
  "lockfileVersion": 2,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "root",
    },
    "packages/a": {
      "name": "@t/a",
      "version": "1.0.0",
      "dependencies": {
        "ms": "2.1.3",
      },
    },
    "packages/b": {
      "name": "@t/b",
      "version": "1.0.0",
      "dependencies": {
        "@t/a": "workspace:*",
      },
    },
  },
  "packages": {
    "@t/a": ["@t/a@workspace:packages/a"],

    "@t/b": ["@t/b@workspace:packages/b"],

    "ms": ["ms@2.1.3", "", {}, "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=="],
  }
}
`;

const broken: Files = { 'packages/a/index.js': "module.exports = (text) => require('ms')(text) + 1;\n" };

describe('V2: a monorepo is installed and tested with its own package manager', () => {
  it('npm workspaces', async () => {
    const files = monorepo(
      { workspaces: ['packages/*'], scripts: { test: 'npm test --workspace packages/b' } },
      { local: '*' },
    );
    const { verdict, output } = await verify(files, broken);
    expect(verdict.baseline.find(({ check }) => check.name === 'test')?.status, output).toBe('passed');
    expect(statuses(verdict)).toEqual({ install: 'passed', imports: 'passed', test: 'failed' });
  });

  it('pnpm, also where a script calls it', async () => {
    const files = monorepo(
      { packageManager: 'pnpm@10.18.0', scripts: { test: 'pnpm -r run test && node -e 0' } },
      { local: 'workspace:*', files: { 'pnpm-workspace.yaml': 'packages:\n  - "packages/*"\n' } },
    );
    const { verdict, output } = await verify(files, broken);
    expect(verdict.baseline.find(({ check }) => check.name === 'test')?.status, output).toBe('passed');
    expect(statuses(verdict)).toEqual({ install: 'passed', imports: 'passed', test: 'failed' });
  });

  it('yarn with Plug’n’Play, which has no node_modules', async () => {
    const files = monorepo(
      {
        packageManager: 'yarn@4.9.2',
        workspaces: ['packages/*'],
        scripts: { test: 'yarn workspace @t/b test' },
      },
      { local: 'workspace:*' },
    );
    const { verdict, output } = await verify(files, broken);
    expect(verdict.baseline.find(({ check }) => check.name === 'test')?.status, output).toBe('passed');
    expect(statuses(verdict)).toEqual({ install: 'passed', imports: 'passed', test: 'failed' });
  });

  it('yarn with node_modules', async () => {
    const files = monorepo(
      {
        packageManager: 'yarn@4.9.2',
        workspaces: ['packages/*'],
        scripts: { test: 'yarn workspace @t/b test' },
      },
      { local: 'workspace:*', files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' } },
    );
    const { verdict, output } = await verify(files, broken);
    expect(verdict.baseline.find(({ check }) => check.name === 'test')?.status, output).toBe('passed');
    expect(statuses(verdict)).toEqual({ install: 'passed', imports: 'passed', test: 'failed' });
  });

  it('bun, whose own tests are read in the package that only uses the broken one', async () => {
    const files = monorepo(
      { packageManager: 'bun@1.4.5', workspaces: ['packages/*'] },
      {
        local: 'workspace:*',
        files: {
          'bun.lock': bunLock,
          'packages/b/package.json': JSON.stringify({
            name: '@t/b',
            version: '1.0.0',
            scripts: { test: 'bun test' },
            dependencies: { '@t/a': 'workspace:*' },
          }),
          'packages/b/a.test.ts':
            "import { expect, test } from 'bun:test';\nimport a from '@t/a';\ntest('a second', () => {\n  expect(a('1s')).toBe(1000);\n});\n",
        },
      },
    );
    const { verdict, output } = await verify(files, broken);
    const base = verdict.baseline.find(({ check }) => check.name === 'test (packages/b)');
    expect(base, output).toMatchObject({ status: 'passed', tests: { runners: 'bun', passed: 1, failed: 0 } });
    expect(statuses(verdict)).toEqual({
      install: 'passed',
      imports: 'passed',
      'test (packages/b)': 'failed',
    });
    expect(verdict.introduced).toMatchObject([
      { category: 'test_failure', file: 'packages/b/a.test.ts', line: 4, symbol: 'a second' },
    ]);
  });

  it('yarn 1 workspaces', async () => {
    const files = monorepo(
      { workspaces: ['packages/*'], scripts: { test: 'yarn workspaces run check' } },
      {
        local: '1.0.0',
        files: {
          'yarn.lock': `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


ms@2.1.3:
  version "2.1.3"
  resolved "https://registry.yarnpkg.com/ms/-/ms-2.1.3.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"
  integrity sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==
`,
          'packages/a/package.json': JSON.stringify({
            name: '@t/a',
            version: '1.0.0',
            main: 'index.js',
            scripts: { check: 'node --check index.js' },
            dependencies: { ms: '2.1.3' },
          }),
          'packages/b/package.json': JSON.stringify({
            name: '@t/b',
            version: '1.0.0',
            scripts: { check: 'node --test' },
            dependencies: { '@t/a': '1.0.0' },
          }),
        },
      },
    );
    const { verdict, output } = await verify(files, broken);
    expect(verdict.baseline.find(({ check }) => check.name === 'test')?.status, output).toBe('passed');
    expect(statuses(verdict)).toEqual({ install: 'passed', imports: 'passed', test: 'failed' });
    expect(new Set(verdict.introduced.map(({ file }) => file))).toEqual(new Set(['packages/b/test.js']));
  });
});
