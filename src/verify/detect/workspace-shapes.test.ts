import { describe, expect, it } from 'vitest';
import { expectedOf, foundIn, type Shape } from './shape-testing.ts';

const shapes: readonly Shape[] = [
  {
    of: 'patterns with exceptions, and a nested package',
    files: {
      'package.json': { workspaces: { packages: ['packages/**', '!packages/old/**', 'apps/{web,api}'] } },
      'packages/x/package.json': { name: 'x', scripts: { test: 'node --test' } },
      'packages/x/nested/package.json': { name: 'n', scripts: { test: 'node --test' } },
      'packages/old/y/package.json': { name: 'y', scripts: { test: 'node --test' } },
      'apps/web/package.json': { name: 'web', scripts: { test: 'node --test' } },
      'apps/docs/package.json': { name: 'docs', scripts: { test: 'node --test' } },
      'packages/x/node_modules/z/package.json': { name: 'z', scripts: { test: 'node --test' } },
    },
    changed: ['packages/x/nested/i.js', 'apps/web/i.js'],
    checks: [
      'imports: <',
      'test (apps/web): npm test @ apps/web <',
      'test (packages/x/nested): npm test @ packages/x/nested <',
    ],
  },
  {
    of: 'packages with TypeScript projects that refer to each other',
    files: {
      'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n",
      'package.json': { devDependencies: { typescript: '5' } },
      'tsconfig.json': '{ "compilerOptions": {} }',
      'packages/x/package.json': { name: 'x', scripts: { typecheck: 'tsc --noEmit' } },
      'packages/x/tsconfig.json': '{ "references": [{ "path": "../y" }] }',
      'packages/y/package.json': { name: 'y', scripts: { typecheck: 'tsc --noEmit' } },
      'packages/y/tsconfig.json': '{}',
      'packages/z/package.json': { name: 'z', scripts: { typecheck: 'tsc --noEmit' } },
    },
    changed: ['packages/y/i.ts'],
    checks: [
      'typecheck (packages/y): pnpm run typecheck @ packages/y <',
      'typecheck (packages/x): pnpm run typecheck @ packages/x <',
      'imports: <',
    ],
  },
  {
    of: 'packages that use each other in a circle',
    files: {
      'package.json': { workspaces: ['*'] },
      'x/package.json': {
        name: 'x',
        main: 'out/x.js',
        scripts: { build: 'tsc', test: 'node --test' },
        dependencies: { y: '1' },
      },
      'y/package.json': { name: 'y', main: 'out/y.js', scripts: { build: 'tsc' }, dependencies: { x: '1' } },
    },
    changed: ['x/i.ts'],
    checks: [
      'build (x): npm run build @ x < build (y)',
      'build (y): npm run build @ y < build (x)',
      'imports:',
      'test (x): npm test @ x < build (y), build (x)',
    ],
  },
  {
    of: 'a workspace without packages yet',
    files: { 'package.json': { workspaces: ['packages/*'], scripts: { test: 'node --test' } } },
    checks: ['imports: <', 'test: npm test <'],
  },
];

describe('V1: the packages of a monorepo', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });
});
