import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/lib/redact.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { prepareDependencies } from '../../src/verify/dependencies/prepare-dependencies.ts';
import {
  defaultRegistryHosts,
  type EgressConnection,
  type EgressProxy,
  startEgressProxy,
} from '../../src/verify/egress/egress-proxy.ts';
import {
  type Files,
  hostEnvironment,
  removeTestFolders,
  statuses,
  testFolder,
  testRepository,
  verifyLimits,
  writeFiles,
} from './verify-helpers.ts';

const base: Files = {
  '.gitignore': 'node_modules\n',
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    type: 'module',
    scripts: {
      test: 'vitest run',
      postinstall: "node -e \"require('fs').writeFileSync('made.json', '{}')\"",
    },
    devDependencies: { typescript: '5.9.3', vitest: '3.2.4' },
  }),
  'tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "strict": true, "skipLibCheck": true }, "include": ["src"] }',
  'src/add.ts': 'export function add(a: number, b: number): number {\n  return a + b;\n}\n',
  'src/add.test.ts':
    "import { expect, it } from 'vitest';\nimport { add } from './add.js';\nit('adds', () => expect(add(1, 2)).toBe(3));\n",
  'src/other.test.ts': "import { expect, it } from 'vitest';\nit('stands alone', () => expect(1).toBe(1));\n",
};
/** Packages are fetched once for the whole file. */
let shared: { dependencies: string; egress: EgressProxy; connections: EgressConnection[] };

beforeAll(async () => {
  const folder = await testFolder();
  const connections: EgressConnection[] = [];
  const egress = await startEgressProxy({
    socketPath: join(folder, 'egress.sock'),
    allowedHosts: defaultRegistryHosts,
    onConnection: (connection) => void connections.push(connection),
  });
  const dependencies = join(folder, 'dependencies');
  await mkdir(dependencies);
  shared = { dependencies, egress, connections };
});

afterAll(async () => {
  await shared.egress.close();
  await removeTestFolders();
});

async function verify(...history: readonly Files[]) {
  return verifyAll(true, ...history);
}

async function verifyAll(stopEarly: boolean, ...history: readonly Files[]) {
  const repository = await testRepository(...history);
  const data = await testFolder();
  const verdict = await repository.verify({
    folders: {
      verify: join(data, 'verify'),
      dependencies: shared.dependencies,
      baselines: join(data, 'baselines'),
    },
    egressSocketPath: shared.egress.socketPath,
    stopEarly,
  });
  return { verdict, repository };
}

describe('a repository with packages', () => {
  it('V1, V2: is installed by Runyard and checked with its own TypeScript and vitest, changed files first', async () => {
    const { verdict } = await verify(base, {
      'src/add.ts': 'export const add = (a: number, b: number): number => b + a;\n',
    });
    expect(statuses(verdict)).toEqual({
      install: 'passed',
      'install:postinstall': 'passed',
      typecheck: 'passed',
      imports: 'passed',
      'test:changed': 'passed',
      test: 'passed',
    });
    expect(verdict.status).toBe('passed');
  });

  it('V3, V4: names the type error and the broken test of a wrong change, and installs nothing a second time', async () => {
    const layers = await readdir(shared.dependencies);
    const wrong = {
      'src/add.ts':
        "import { helper } from './helper.js';\nexport const add = (a: number, b: number): number => a - b;\nexport const s: string = helper(1);\n",
      'src/helper.ts': 'export const helper = (n: number) => n;\n',
    };
    const { verdict } = await verifyAll(false, base, wrong);
    expect(statuses(verdict)).toMatchObject({
      install: 'passed',
      typecheck: 'failed',
      'test:changed': 'failed',
      test: 'not-run',
    });
    expect(verdict.introduced).toMatchObject([
      { category: 'type_error', file: 'src/add.ts', line: 3, symbol: 'TS2322' },
      { category: 'test_failure', file: 'src/add.test.ts', line: 3, symbol: 'adds' },
    ]);
    expect(await readdir(shared.dependencies)).toEqual(layers);
  });

  it('V4: an invented package is named as one, and the other checks do not pretend to have run', async () => {
    const manifest = JSON.parse(base['package.json'] ?? '{}');
    manifest.dependencies = { 'runyard-no-such-package-4711': '^1.0.0' };
    const { verdict } = await verify(base, { 'package.json': JSON.stringify(manifest) });
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced).toMatchObject([
      { category: 'dependency_not_found', symbol: 'runyard-no-such-package-4711' },
    ]);
    expect(statuses(verdict)).toMatchObject({ install: 'failed', typecheck: 'not-run', test: 'not-run' });
    expect(verdict.warnings).toEqual(['The change adds packages: runyard-no-such-package-4711@^1.0.0.']);
  });
});

describe('the shared packages', () => {
  it('cannot be changed by what runs in a checkout', async () => {
    const tamper = "require('node:fs').appendFileSync('node_modules/ms/index.js', '// tampered');\n";
    const files = {
      'package.json': JSON.stringify({
        name: 't',
        scripts: { test: 'node tamper.js' },
        dependencies: { ms: '2.1.2' },
      }),
      'tamper.js': tamper,
    };
    const before = new Set(await readdir(shared.dependencies));
    const { verdict } = await verify(files, { 'note.txt': 'x' });
    expect(statuses(verdict)).toMatchObject({ install: 'passed', test: 'passed' });
    const layer = (await readdir(shared.dependencies)).find((name) => !before.has(name)) ?? '';
    const kept = await readFile(join(shared.dependencies, layer, 'tree/node_modules/ms/index.js'), 'utf8');
    expect(kept).not.toContain('tampered');
  });

  it('are made once when two runs need them at the same time, and reach registries only', async () => {
    const checkout = await testFolder();
    const folder = join(await testFolder(), 'dependencies');
    await writeFiles(checkout, { 'package.json': '{ "name": "two", "dependencies": { "ms": "2.1.3" } }' });
    const { mode } = await detectSandbox();
    const prepare = () =>
      prepareDependencies({
        checkout,
        install: { argv: ['npm', 'install'], source: 'package.json' },
        folder,
        timeoutMs: verifyLimits.checkMs,
        host: {
          sandbox: { mode, readable: [], masked: [] },
          egressSocketPath: shared.egress.socketPath,
          environment: hostEnvironment(),
          killGraceMs: 500,
          redact: createRedactor(),
          signal: new AbortController().signal,
        },
      });
    const both = await Promise.all([prepare(), prepare()]);
    expect(both.map((prepared) => prepared.kind === 'ready' && prepared.reused).sort()).toEqual([
      false,
      true,
    ]);
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(await readdir(join(folder, name ?? '', 'tree', 'node_modules'))).toContain('ms');
    if (mode === 'bubblewrap') {
      expect(shared.connections.length).toBeGreaterThan(0);
      expect(new Set(shared.connections.map(({ host }) => host))).toEqual(new Set(['registry.npmjs.org']));
    }
  });
});
