import { describe, expect, it } from 'vitest';
import { detectChecks } from './detect-checks.ts';
import { repositoryFilesOf } from './repository-files.ts';

interface Given {
  readonly manifest?: Record<string, unknown>;
  readonly names?: readonly string[];
  readonly texts?: Record<string, string>;
  readonly tests?: readonly string[];
  readonly tools?: readonly string[];
}

function detect({ manifest, names = [], texts = {}, tests = [], tools }: Given) {
  const own = manifest ? { 'package.json': JSON.stringify(manifest) } : {};
  const empty = Object.fromEntries([...names, ...tests].map((name) => [name, '']));
  const files = repositoryFilesOf(new Map(Object.entries({ ...empty, ...own, ...texts })));
  return detectChecks(files, { timeoutMs: 1000, hasExecutable: (name) => tools?.includes(name) ?? true });
}

const argvOf = (given: Given) =>
  Object.fromEntries(detect(given).checks.map((check) => [check.name, check.argv.join(' ')]));

describe('V1: checks before a commit', () => {
  it('are the scripts of package.json, in the order types, lint, build, imports, tests', () => {
    const scripts = { test: 'vitest run', build: 'tsc', lint: 'eslint .', 'type-check': 'tsc --noEmit' };
    const found = detect({ manifest: { scripts } });
    expect(found.checks.map(({ name }) => name)).toEqual(['typecheck', 'lint', 'build', 'imports', 'test']);
    expect(found.checks.map(({ argv }) => argv.join(' '))).toEqual([
      'npm run type-check',
      'npm run lint',
      'npm run build',
      '',
      'npm test',
    ]);
  });

  it('are installed tools where there is no script', () => {
    const manifest = { devDependencies: { typescript: '5', eslint: '9', vitest: '3' } };
    expect(argvOf({ manifest, names: ['tsconfig.json', 'eslint.config.js'] })).toEqual({
      typecheck: 'tsc --noEmit -p tsconfig.json',
      lint: 'eslint .',
      imports: '',
      test: 'vitest run',
    });
  });

  it('build a solution of TypeScript projects, which `tsc -p` would pass without looking', () => {
    const texts = { 'tsconfig.json': '{ "files": [], /* parts */ "references": [{ "path": "./a" },], }' };
    expect(argvOf({ manifest: { devDependencies: { typescript: '5' } }, texts })['typecheck']).toBe(
      'tsc --build',
    );
  });

  it.each([
    [{ '@biomejs/biome': '2' }, ['biome.json'], 'biome lint .'],
    [{ oxlint: '1' }, ['.oxlintrc.json'], 'oxlint'],
    [{ eslint: '8' }, ['.eslintrc.cjs'], 'eslint .'],
    [{ eslint: '9' }, [], undefined],
  ])('lint with the linter that is set up: %j', (devDependencies, names, argv) => {
    expect(argvOf({ manifest: { devDependencies }, names })['lint']).toBe(argv);
  });

  it('include the scripts that belong to an installation, once there is something to install', () => {
    const scripts = { postinstall: 'node make.js', prepare: 'husky', preinstall: 'only-allow pnpm' };
    const found = detect({ manifest: { scripts, dependencies: { a: '1' } } });
    expect(found.lifecycle.map(({ argv }) => argv.join(' '))).toEqual([
      'npm run postinstall',
      'npm run prepare',
    ]);
  });

  it('cannot be detected from a package.json that is no JSON, and says where it breaks', () => {
    expect(detect({ texts: { 'package.json': '{\n  "name": ,\n}' } }).broken).toMatchObject({ line: 2 });
  });
});

describe('V2: tests', () => {
  it('that do not exist are a warning', () => {
    const found = detect({ manifest: { scripts: { test: 'echo "Error: no test specified" && exit 1' } } });
    expect(found.checks.map(({ name }) => name)).toEqual(['imports']);
    expect(found.warnings).toEqual([expect.stringContaining('no tests')]);
  });

  it.each([
    [{ scripts: { test: 'vitest --watch' } }, 'vitest run'],
    [{ scripts: { test: 'vitest watch --project unit' } }, 'vitest run --project unit'],
    [{ scripts: { test: 'jest --watchAll --runInBand' } }, 'jest --runInBand'],
    [{ scripts: { test: 'mocha -w' } }, 'mocha'],
    [{ scripts: { test: 'node --test --watch' } }, 'node --test'],
    [{ scripts: { test: 'vitest --watch', 'test:run': 'vitest run' } }, 'npm run test:run'],
    [{ scripts: { test: 'vitest' } }, 'npm test'],
    [{ devDependencies: { jest: '30' } }, 'jest --ci'],
    [{ devDependencies: { mocha: '11' } }, 'mocha'],
  ])('never run in watch mode: %j', (manifest, argv) => {
    expect(argvOf({ manifest })['test']).toBe(argv);
  });

  it('that watch through a shell are left to their time limit, with a warning', () => {
    const found = detect({ manifest: { scripts: { test: 'tsc && nodemon --exec jest --watch' } } });
    expect(found.warnings).toEqual([expect.stringContaining('only its time limit stops it')]);
  });

  it('of Node’s own runner are found without a package.json', () => {
    expect(argvOf({ tests: ['test/a.test.js'] })).toEqual({ imports: '', test: 'node --test' });
  });
});

describe('the package manager', () => {
  const dependencies = { a: '1' };
  const installOf = (given: Given) => detect(given).install?.argv.join(' ') ?? null;

  it.each([
    [['package-lock.json'], 'npm ci'],
    [[], 'npm install'],
    [['pnpm-lock.yaml'], 'pnpm install --frozen-lockfile'],
    [['yarn.lock'], 'yarn install --non-interactive --frozen-lockfile'],
    [['yarn.lock', '.yarnrc.yml'], 'yarn install --immutable'],
    [['bun.lock'], 'bun install --frozen-lockfile'],
  ])('follows from the lock file: %j', (names, argv) => {
    expect(installOf({ manifest: { dependencies }, names })).toBe(argv);
  });

  it('is the one package.json names, and runs the scripts', () => {
    const manifest = { dependencies, packageManager: 'pnpm@9.1.0+sha512.abc', scripts: { build: 'x' } };
    expect(installOf({ manifest, names: ['package-lock.json'] })).toBe('pnpm install --no-frozen-lockfile');
    expect(argvOf({ manifest })['build']).toBe('pnpm run build');
  });

  it('is brought along where it is not installed on this machine', () => {
    const manifest = { dependencies, packageManager: 'pnpm@9.1.0', scripts: { build: 'x' } };
    const { install } = detect({ manifest, names: ['pnpm-lock.yaml'], tools: ['npm'] });
    expect(install).toMatchObject({
      argv: ['pnpm', 'install', '--frozen-lockfile'],
      brings: { packageName: 'pnpm', version: '9.1.0', program: 'pnpm' },
    });
    expect(argvOf({ manifest, tools: ['npm'] })['build']).toBe('pnpm run build');
  });

  it.each([
    ["lockfileVersion: '9.0'\n", '10'],
    ["lockfileVersion: '6.0'\n", '8'],
    ['lockfileVersion: 5.4\n', '7'],
  ])('is brought in a version that reads the lock file: %j', (lock, version) => {
    const { install } = detect({
      manifest: { dependencies },
      texts: { 'pnpm-lock.yaml': lock },
      tools: ['npm'],
    });
    expect(install?.brings?.version).toBe(version);
  });

  it('is npm for scripts where another is not there and nothing is installed', () => {
    const manifest = { packageManager: 'pnpm@9.1.0', scripts: { build: 'x' } };
    expect(argvOf({ manifest, tools: ['npm'] })['build']).toBe('npm run build');
  });

  it('has nothing to do without dependencies', () => {
    expect(installOf({ manifest: { scripts: {} }, names: ['package-lock.json'] })).toBeNull();
  });
});
