import { describe, expect, it } from 'vitest';
import { detectChecks } from './detect-checks.ts';
import { repositoryFilesOf } from './repository-files.ts';
import { expectedOf, foundIn, type Shape } from './shape-testing.ts';

const a = {
  name: '@t/a',
  main: 'dist/index.js',
  scripts: { build: 'tsc -p .', test: 'vitest run' },
  devDependencies: { vitest: '3' },
};
const b = {
  name: '@t/b',
  scripts: { test: 'vitest run', lint: 'eslint .' },
  dependencies: { '@t/a': 'workspace:*' },
  devDependencies: { eslint: '9' },
};
const c = { name: '@t/c', scripts: { test: 'node --test' } };
const three = { 'packages/a/package.json': a, 'packages/b/package.json': b, 'packages/c/package.json': c };
const pnpm = {
  'package.json': { private: true },
  'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n",
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
};

const ofB = [
  'lint (packages/b): pnpm run lint @ packages/b < build (packages/a) ~ eslint . --fix',
  'imports:',
];
const testB = 'test (packages/b): pnpm test @ packages/b < build (packages/a)';

const nxProject = { targets: { lint: { executor: '@nx/eslint:lint' }, test: { command: 'node --test' } } };

const shapes: readonly Shape[] = [
  {
    of: 'nx with projects that have no package.json: all of them, as only nx knows which are affected',
    files: {
      'package.json': { devDependencies: { nx: '21', jest: '30' }, scripts: { lint: 'nx run-many -t lint' } },
      'nx.json': {},
      'libs/a/project.json': nxProject,
      'libs/b/project.json': nxProject,
    },
    changed: ['libs/a/x.ts'],
    checks: ['lint: npm run lint <', 'imports: <', 'test: nx run-many -t test <'],
  },
  {
    of: 'nx whose plugins make the targets, which is said',
    files: {
      'package.json': { devDependencies: { nx: '21' } },
      'nx.json': { plugins: [{ plugin: '@nx/vite/plugin' }] },
      'libs/a/project.json': { name: 'a' },
    },
    checks: ['imports: <'],
    leftOut: ['targets that plugins of nx make'],
  },
  {
    of: 'pnpm, one package changed: what it loads is built first, what uses nothing of it stays out',
    files: { ...pnpm, ...three },
    changed: ['packages/b/index.js'],
    checks: ['build (packages/a): pnpm run build @ packages/a <', ...ofB, testB],
    install: 'pnpm install --frozen-lockfile',
  },
  {
    of: 'pnpm, a package that others use changed',
    files: { ...pnpm, ...three },
    changed: ['packages/a/src/index.ts', 'packages/a/README.md', 'README.md'],
    checks: [
      'build (packages/a): pnpm run build @ packages/a <',
      ...ofB,
      'test (packages/a): pnpm test @ packages/a < build (packages/a)',
      testB,
    ],
  },
  {
    of: 'a package that stands alone',
    files: { ...pnpm, ...three },
    changed: ['packages/c/x.js'],
    checks: ['imports: <', 'test (packages/c): pnpm test @ packages/c <'],
  },
  {
    of: 'a file of no package, which may concern all',
    files: { ...pnpm, ...three },
    changed: ['packages/c/x.js', 'tsconfig.base.json'],
    checks: [
      'build (packages/a): pnpm run build @ packages/a <',
      ...ofB,
      'test (packages/a): pnpm test @ packages/a < build (packages/a)',
      testB,
      'test (packages/c): pnpm test @ packages/c <',
    ],
  },
  {
    of: 'nothing but a document, where nothing checked would be worse than everything',
    files: { ...pnpm, 'packages/c/package.json': c },
    changed: ['README.md'],
    checks: ['imports: <', 'test (packages/c): pnpm test @ packages/c <'],
  },
  {
    of: 'scripts of the root for the whole',
    files: {
      ...three,
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'vitest run', lint: 'eslint .' },
        devDependencies: { eslint: '9' },
      },
      'package-lock.json': '{}',
    },
    changed: ['packages/b/index.js'],
    checks: [
      'build (packages/a): npm run build @ packages/a <',
      'lint: npm run lint < build (packages/a) ~ eslint . --fix',
      'imports:',
      'test: npm test < build (packages/a)',
    ],
    install: 'npm ci',
    leftOut: ['lint of one package', 'test of 3 packages'],
  },
  {
    of: 'turbo, asked for the affected packages only',
    files: {
      ...three,
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'turbo run test --ui=stream' },
        devDependencies: { turbo: '2' },
      },
      'turbo.json': '{ "tasks": { "build": { "dependsOn": ["^build"] }, "test": {} } }',
    },
    changed: ['packages/a/index.js'],
    checks: [
      'build: turbo run build --log-order=grouped --log-prefix=none <',
      'lint (packages/b): npm run lint @ packages/b < build ~ eslint . --fix',
      'imports:',
      'test: turbo run test --ui=stream --filter=@t/a --filter=@t/b < build',
    ],
  },
  {
    of: 'turbo, everything affected',
    files: {
      ...three,
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'turbo test' },
        devDependencies: { turbo: '2' },
      },
    },
    changed: ['package-lock.json'],
    checks: [
      'build (packages/a): npm run build @ packages/a <',
      'lint (packages/b): npm run lint @ packages/b < build (packages/a) ~ eslint . --fix',
      'imports:',
      'test: npm test < build (packages/a)',
    ],
  },
  {
    of: 'a script that chooses by itself',
    files: {
      'packages/c/package.json': c,
      'packages/d/package.json': { name: 'd' },
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'turbo run test --filter=@t/c' },
        devDependencies: { turbo: '2' },
      },
    },
    changed: ['packages/c/index.js'],
    checks: ['imports: <', 'test: npm test <'],
  },
  {
    of: 'nx with run-many',
    files: {
      'packages/c/package.json': c,
      'packages/d/package.json': { name: 'd' },
      'nx.json': '{}',
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'nx run-many -t test --all' },
        devDependencies: { nx: '21' },
      },
    },
    changed: ['packages/c/index.js'],
    checks: ['imports: <', 'test: nx run-many -t test --projects=@t/c <'],
  },
  {
    of: 'lerna, which says itself where packages are',
    files: {
      'modules/c/package.json': c,
      'modules/d/package.json': { name: 'd' },
      'lerna.json': '{ "packages": ["modules/*"] }',
      'package.json': { scripts: { test: 'lerna run test --stream' }, devDependencies: { lerna: '8' } },
    },
    changed: ['modules/c/index.js'],
    checks: ['imports: <', 'test: lerna run test --stream --scope @t/c <'],
  },
  {
    of: 'pnpm with a recursive script',
    files: {
      ...pnpm,
      ...three,
      'package.json': { scripts: { test: 'pnpm -r test', lint: 'pnpm -r --parallel run lint' } },
    },
    changed: ['packages/b/index.js'],
    checks: [
      'build (packages/a): pnpm run build @ packages/a <',
      'lint: pnpm --filter=./packages/b --parallel run lint < build (packages/a)',
      'imports:',
      'test: pnpm --filter=./packages/b test < build (packages/a)',
    ],
  },
  {
    of: 'npm with a script for all workspaces',
    files: {
      'packages/c/package.json': c,
      'packages/d/package.json': { name: 'd' },
      'package.json': { workspaces: ['packages/*'], scripts: { test: 'npm test --workspaces --if-present' } },
    },
    changed: ['packages/c/index.js'],
    checks: ['imports: <', 'test: npm test --if-present --workspace=packages/c <'],
  },
  {
    of: 'names of packages that a filter could misread',
    files: {
      'packages/c/package.json': { ...c, name: '...[HEAD]' },
      'packages/d/package.json': { name: 'd' },
      'package.json': {
        workspaces: ['packages/*'],
        scripts: { test: 'turbo run test' },
        devDependencies: { turbo: '2' },
      },
    },
    changed: ['packages/c/index.js'],
    checks: ['imports: <', 'test: npm test <'],
  },
];

describe('V1, V2: the checks of a monorepo', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });

  it('say which packages are affected, and by what', () => {
    const texts = new Map(
      Object.entries({ ...pnpm, ...three }).map(([path, text]) => [
        path,
        typeof text === 'string' ? text : JSON.stringify(text),
      ]),
    );
    const { workspace } = detectChecks(repositoryFilesOf(texts), {
      timeoutMs: 1000,
      hasExecutable: () => true,
      changedFiles: ['packages/a/x.ts'],
    });
    expect(workspace).toEqual({
      source: 'pnpm-workspace.yaml',
      total: 3,
      affected: {
        all: null,
        packages: [
          { folder: 'packages/a', name: '@t/a', reason: 'changed' },
          { folder: 'packages/b', name: '@t/b', reason: 'uses packages/a' },
        ],
      },
    });
  });

  it('cannot be told from a package whose package.json is no JSON, and say which and where', () => {
    const texts = new Map([
      ['package.json', '{ "workspaces": ["packages/*"] }'],
      ['packages/a/package.json', '{\n  "name": ,\n}'],
    ]);
    const { broken } = detectChecks(repositoryFilesOf(texts), { timeoutMs: 1000, hasExecutable: () => true });
    expect(broken).toMatchObject({ file: 'packages/a/package.json', line: 2 });
  });
});
