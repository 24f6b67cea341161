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
});
