import { describe, expect, it } from 'vitest';
import { expectedOf, foundIn, type Shape } from './shape-testing.ts';

const typescript = '5.9.3';
const tsconfig = '{ "compilerOptions": { "strict": true } }';

const shapes: readonly Shape[] = [
  {
    of: 'a TypeScript library with every script',
    files: {
      'package.json': {
        main: 'dist/index.js',
        scripts: {
          typecheck: 'tsc --noEmit',
          lint: 'eslint .',
          'lint:fix': 'eslint . --fix',
          'format:check': 'prettier --check .',
          format: 'prettier --write .',
          build: 'tsc -p tsconfig.build.json',
          test: 'vitest run',
        },
        devDependencies: { typescript, eslint: '9', prettier: '3', vitest: '3' },
      },
      'package-lock.json': '{}',
      'tsconfig.json': tsconfig,
    },
    checks: [
      'typecheck: npm run typecheck <',
      'lint: npm run lint < ~ npm run lint:fix',
      'format: npm run format:check < ~ npm run format',
      'build: npm run build <',
      'imports: < build',
      'test: npm test < build',
    ],
    install: 'npm ci',
    leftOut: [],
  },
  {
    of: 'a vite app with tests in the same process',
    files: {
      'package.json': {
        private: true,
        scripts: { dev: 'vite', build: 'tsc -b && vite build', lint: 'eslint .', test: 'vitest' },
        devDependencies: { vite: '7', typescript, eslint: '9', vitest: '3' },
      },
      'index.html': '',
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
    },
    checks: [
      'typecheck: tsc --build <',
      'lint: npm run lint < ~ eslint . --fix',
      'build: npm run build',
      'imports:',
      'test: npm test',
    ],
  },
  {
    of: 'a vite app in JavaScript: the tests need not wait for the bundle',
    files: {
      'package.json': {
        private: true,
        scripts: { build: 'vite build', test: 'vitest run' },
        devDependencies: { vite: '7', vitest: '3' },
      },
    },
    checks: ['build: npm run build <', 'imports: < build', 'test: npm test <'],
  },
  {
    of: 'a vite app without scripts',
    files: {
      'package.json': { devDependencies: { vite: '7', vitest: '3' } },
      'vite.config.ts': '',
      'index.html': '',
    },
    checks: ['build: vite build <', 'imports: < build', 'test: vitest run < build'],
  },
  {
    of: 'a configuration of vite that is there for tests only',
    files: { 'package.json': { devDependencies: { vite: '7', vitest: '3' } }, 'vite.config.ts': '' },
    checks: ['imports: <', 'test: vitest run <'],
  },
  {
    of: 'a next app, whose type check reads what its build writes',
    files: {
      'package.json': {
        private: true,
        scripts: { build: 'next build', lint: 'next lint', typecheck: 'tsc --noEmit' },
        dependencies: { next: '15' },
        devDependencies: { typescript, eslint: '9' },
      },
      'next.config.mjs': '',
      'tsconfig.json': tsconfig,
    },
    checks: [
      'typecheck: npm run typecheck <',
      'lint: npm run lint < ~ next lint --fix',
      'build: npm run build',
      'imports: < build',
    ],
  },
  {
    of: 'a next app without a build script',
    files: { 'package.json': { dependencies: { next: '15' } }, 'next.config.ts': '' },
    checks: ['build: next build', 'imports: < build'],
  },
  {
    of: 'express with jest and no types',
    files: {
      'package.json': {
        main: 'src/index.js',
        scripts: { start: 'node src/index.js', test: 'jest --coverage' },
        devDependencies: { jest: '30' },
      },
      'src/index.js': '',
    },
    checks: ['imports: <', 'test: npm test <'],
  },
  {
    of: 'a library that runs from its sources and builds nothing its tests load',
    files: {
      'package.json': {
        exports: { '.': './lib/index.js', './package.json': './package.json' },
        scripts: { build: 'rollup -c', test: 'mocha' },
        devDependencies: { mocha: '11', rollup: '4' },
      },
      'lib/index.js': '',
    },
    checks: ['build: npm run build <', 'imports: < build', 'test: npm test < build'],
  },
  {
    of: 'rollup, webpack and tsup by their configuration',
    files: { 'package.json': { devDependencies: { tsup: '8', rollup: '4' } }, 'tsup.config.ts': '' },
    checks: ['build: tsup <', 'imports: < build'],
  },
  {
    of: 'webpack by its configuration',
    files: { 'package.json': { devDependencies: { webpack: '5' } }, 'webpack.config.js': '' },
    checks: ['build: webpack <', 'imports: < build'],
  },
  {
    of: 'a biome project whose one script does both',
    files: {
      'package.json': { scripts: { check: 'biome check .' }, devDependencies: { '@biomejs/biome': '2' } },
      'biome.json': '{}',
    },
    checks: ['lint: npm run check < ~ biome check --write .', 'imports: <'],
  },
  {
    of: 'biome in continuous integration',
    files: {
      'package.json': { scripts: { lint: 'biome ci src' }, devDependencies: { '@biomejs/biome': '2' } },
    },
    checks: ['lint: npm run lint < ~ biome check --write src', 'imports: <'],
  },
  {
    of: 'a lint script that mends as it goes',
    files: {
      'package.json': { scripts: { lint: 'eslint src --fix' }, devDependencies: { eslint: '9' } },
    },
    checks: ['lint: eslint src < ~ eslint src --fix', 'imports: <'],
  },
  {
    of: 'a lint script that is a formatter’s',
    files: {
      'package.json': { scripts: { lint: 'prettier -c "src/**/*.js"' }, devDependencies: { prettier: '3' } },
    },
    checks: ['format: npm run lint < ~ prettier --write src/**/*.js', 'imports: <'],
  },
  {
    of: 'a formatting script without a checking one',
    files: {
      'package.json': { scripts: { format: 'prettier --write src' }, devDependencies: { prettier: '3' } },
    },
    checks: ['format: prettier --check src < ~ npm run format', 'imports: <'],
  },
  {
    of: 'a formatter that only editors use',
    files: { 'package.json': { devDependencies: { prettier: '3' } }, '.prettierrc': '{}' },
    checks: ['imports: <'],
    leftOut: ['prettier'],
  },
  {
    of: 'lint and format in one script',
    files: {
      'package.json': {
        scripts: { lint: 'eslint . && prettier --check .', format: 'prettier --write .' },
        devDependencies: { eslint: '9', prettier: '3' },
      },
    },
    checks: ['lint: npm run lint < ~ eslint . --fix', 'imports: <'],
  },
  {
    of: 'oxlint and dprint',
    files: {
      'package.json': {
        scripts: { lint: 'oxlint --deny-warnings', fmt: 'dprint fmt' },
        devDependencies: { oxlint: '1' },
      },
    },
    checks: [
      'lint: npm run lint < ~ oxlint --deny-warnings --fix',
      'format: dprint check < ~ npm run fmt',
      'imports: <',
    ],
  },
];

describe('V1, V2: the checks of one package', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });
});
