import { describe, expect, it } from 'vitest';
import { expectedOf, foundIn, type Shape } from './shape-testing.ts';

const typescript = '5.9.3';
const tsconfig = '{ "compilerOptions": { "strict": true } }';

const shapes: readonly Shape[] = [
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
    of: 'tests of bun without a script, which node would not find',
    files: {
      'package.json': { devDependencies: { '@types/bun': '1' } },
      'bun.lock': '',
      'src/add.spec.ts': '',
    },
    checks: ['imports: <', 'test: bun test <'],
    install: 'bun install --frozen-lockfile',
  },
  {
    of: 'bun without a package to install, and so without a lock file: it comes along for the scripts',
    files: { 'package.json': { scripts: { test: 'bun test' } } },
    tools: [],
    checks: ['imports: <', 'test: bun run test <'],
    install: 'bun install',
  },
  {
    of: 'bun without a package to install, where the machine has it',
    files: { 'package.json': { scripts: { test: 'NODE_ENV=test bun test' } }, 'bunfig.toml': '' },
    tools: ['bun'],
    checks: ['imports: <', 'test: bun run test <'],
    install: null,
  },
  {
    of: 'a lock file of npm, though a script calls bun',
    files: {
      'package.json': { scripts: { test: 'bun test' }, devDependencies: { bun: '1' } },
      'package-lock.json': '',
    },
    checks: ['imports: <', 'test: npm test <'],
    install: 'npm ci',
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

describe('V1, V2: the checks of one package, by scripts and tools', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });
});
