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
      'imports:',
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
    checks: ['build: npm run build <', 'imports:', 'test: npm test <'],
  },
  {
    of: 'a vite app without scripts',
    files: {
      'package.json': { devDependencies: { vite: '7', vitest: '3' } },
      'vite.config.ts': '',
      'index.html': '',
    },
    checks: ['build: vite build <', 'imports:', 'test: vitest run'],
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
      'imports:',
    ],
  },
  {
    of: 'a next app without a build script',
    files: { 'package.json': { dependencies: { next: '15' } }, 'next.config.ts': '' },
    checks: ['build: next build', 'imports:'],
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
    checks: ['build: npm run build <', 'imports:', 'test: npm test'],
  },
  {
    of: 'rollup, webpack and tsup by their configuration',
    files: { 'package.json': { devDependencies: { tsup: '8', rollup: '4' } }, 'tsup.config.ts': '' },
    checks: ['build: tsup <', 'imports:'],
  },
  {
    of: 'webpack by its configuration',
    files: { 'package.json': { devDependencies: { webpack: '5' } }, 'webpack.config.js': '' },
    checks: ['build: webpack <', 'imports:'],
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
  {
    of: 'a check script of many parts',
    files: {
      'package.json': {
        scripts: { check: 'npm run lint && npm run test', lint: 'eslint .', test: 'ava' },
        devDependencies: { eslint: '9', ava: '6' },
      },
    },
    checks: ['lint: npm run lint < ~ eslint . --fix', 'imports: <', 'test: npm test <'],
    leftOut: ['check'],
  },
  {
    of: 'a svelte app whose check is of types',
    files: {
      'package.json': {
        scripts: { check: 'svelte-kit sync && svelte-check --tsconfig ./tsconfig.json', build: 'vite build' },
        devDependencies: { '@sveltejs/kit': '2', 'svelte-check': '4' },
      },
      'svelte.config.js': '',
    },
    checks: ['typecheck: npm run check <', 'build: npm run build', 'imports:'],
  },
  {
    of: 'an astro site',
    files: {
      'package.json': { dependencies: { astro: '5' }, devDependencies: { '@astrojs/check': '0.9' } },
      'astro.config.mjs': '',
    },
    checks: ['typecheck: astro check <', 'build: astro build', 'imports:'],
  },
  {
    of: 'a vue app with its own compiler',
    files: { 'package.json': { devDependencies: { 'vue-tsc': '3', typescript } }, 'tsconfig.json': tsconfig },
    checks: ['typecheck: vue-tsc --noEmit -p tsconfig.json <', 'imports: <'],
  },
  {
    of: 'a tsconfig.json for editors, without a compiler',
    files: { 'package.json': {}, 'tsconfig.json': tsconfig },
    checks: ['imports: <'],
    leftOut: ['tsconfig.json'],
  },
  {
    of: 'JavaScript whose types are checked',
    files: {
      'package.json': { devDependencies: { typescript } },
      'jsconfig.json': '{ "compilerOptions": { "checkJs": true } }',
    },
    checks: ['typecheck: tsc --noEmit -p jsconfig.json <', 'imports: <'],
  },
  {
    of: 'projects that refer to each other, which a plain tsc would not build',
    files: {
      'package.json': { devDependencies: { typescript } },
      'tsconfig.json': '{ "include": ["src"], "references": [{ "path": "./core" }] }',
    },
    checks: ['typecheck: tsc --build <', 'imports:'],
  },
  {
    of: 'placeholders instead of scripts',
    files: {
      'package.json': {
        scripts: {
          test: 'echo "Error: no test specified" && exit 1',
          lint: 'echo nothing to lint',
          build: 'exit 0',
        },
      },
    },
    checks: ['imports: <'],
    leftOut: ['lint', 'build', 'test'],
  },
  {
    of: 'tests for browsers beside others',
    files: {
      'package.json': {
        scripts: { test: 'vitest run', 'test:e2e': 'playwright test' },
        devDependencies: { vitest: '3', '@playwright/test': '1' },
      },
      'playwright.config.ts': '',
    },
    checks: ['imports: <', 'test: npm test <'],
    leftOut: ['test:e2e'],
  },
  {
    of: 'tests for browsers and no others',
    files: {
      'package.json': { scripts: { test: 'playwright test' }, devDependencies: { '@playwright/test': '1' } },
      'playwright.config.ts': '',
    },
    checks: ['imports: <'],
    leftOut: ['playwright', 'test'],
  },
  {
    of: 'tests that would watch, and a script that ends',
    files: {
      'package.json': {
        scripts: { test: 'vitest --watch', 'test:run': 'vitest run' },
        devDependencies: { vitest: '3' },
      },
    },
    checks: ['imports: <', 'test: npm run test:run <'],
  },
  {
    of: 'a switch that means a workspace and not watching',
    files: { 'package.json': { scripts: { test: 'npm run unit -w packages/a' } } },
    checks: ['imports: <', 'test: npm test <'],
  },
  {
    of: 'Node’s own runner, wherever it finds tests',
    files: { 'package.json': {}, 'src/deep/add.test.mjs': '', 'README.md': '' },
    checks: ['imports: <', 'test: node --test <'],
  },
  {
    of: 'bun with its own lock file',
    files: { 'package.json': { scripts: { test: 'bun test' }, dependencies: { a: '1' } }, 'bun.lock': '' },
    checks: ['imports: <', 'test: bun run test <'],
    install: 'bun install --frozen-lockfile',
  },
  {
    of: 'yarn 1, also with a settings file of yarn 2',
    files: {
      'package.json': { dependencies: { a: '1' }, scripts: { test: 'jest' } },
      'yarn.lock': '# yarn lockfile v1\n',
      '.yarnrc.yml': '',
    },
    checks: ['imports: <', 'test: yarn test <'],
    install: 'yarn install --non-interactive --frozen-lockfile',
  },
  {
    of: 'yarn with Plug’n’Play, whose tools only yarn finds',
    files: {
      'package.json': { devDependencies: { vitest: '3', eslint: '9' } },
      'yarn.lock': '# generated\n\n__metadata:\n  version: 8\n',
      'eslint.config.js': '',
    },
    checks: [
      'lint: yarn run eslint . < ~ yarn run eslint . --fix',
      'imports: <',
      'test: yarn run vitest run <',
    ],
    install: 'yarn install --immutable',
  },
  {
    of: 'yarn with node_modules',
    files: {
      'package.json': { packageManager: 'yarn@4.9.2', devDependencies: { vitest: '3' } },
      '.yarnrc.yml': 'nodeLinker: node-modules\n',
      'yarn.lock': '__metadata:\n',
    },
    checks: ['imports: <', 'test: vitest run <'],
    install: 'yarn install --immutable',
  },
];

describe('V1, V2: the checks of one package', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });
});
