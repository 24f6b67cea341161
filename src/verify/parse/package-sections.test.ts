import { describe, expect, it } from 'vitest';
import { packagesNamedIn, parseInPackages } from './parse-output.ts';

const ERROR = "src/index.ts(1,58): error TS2322: Type 'string' is not assignable to type 'number'.";
const places = {
  folders: new Map([
    ['@t/math', 'packages/math'],
    ['@t/shop', 'packages/shop'],
    ['packages/math', 'packages/math'],
    ['packages/shop', 'packages/shop'],
  ]),
  isFile: (path: string) => /^packages\/\w+\/src\/index\.ts$/.test(path),
};
const filesIn = (lines: readonly string[]) =>
  parseInPackages(lines.join('\n'), '/w', places).map(({ file, line }) => [file, line]);

const inShop = [['packages/shop/src/index.ts', 1]];

describe('V4: whose file an output of many packages means', () => {
  it.each([
    ['npm --workspaces', ['> @t/math@1.0.0 build', '> tsc -p .', '', '> @t/shop@1.0.0 build', ERROR]],
    ['pnpm, as turbo calls it', ['> @t/shop@1.0.0 build /w/packages/shop', '> tsc -p .', ERROR]],
    ['npm, whose command is one word', ['> @t/shop@1.0.0 build', '> tsc', '', ERROR]],
    ['nx', ['> nx run @t/math:build  [local cache]', '', '> nx run @t/shop:build', '', ERROR]],
    ['lerna', ['> @t/math:build', '', '> @t/shop:build', '', ERROR, '', 'Failed tasks:', '- @t/shop:build']],
    ['yarn workspaces run', ['> @t/math', '$ tsc -p .', '', '> @t/shop', '$ tsc -p .', ERROR]],
    ['turbo', ['@t/math:build: x', '@t/shop:build: x', '@t/shop:build: y', `@t/shop:build: ${ERROR}`]],
    [
      'pnpm --recursive',
      ['packages/shop build$ tsc -p .', 'packages/shop build: x', `packages/shop build: ${ERROR}`].concat(
        'packages/shop build: Failed',
      ),
    ],
    [
      'lerna --stream',
      ['lerna notice cli v8.2.4', '@t/shop: > tsc -p .', '@t/shop: x', `@t/shop: ${ERROR}`, '@t/shop: y'],
    ],
  ])('%s', (_, lines) => {
    expect(filesIn(lines)).toEqual(inShop);
  });

  it('the same finding in the same line of two packages is two', () => {
    const lines = ['> @t/math@1.0.0 build', ERROR, '> @t/shop@1.0.0 build', ERROR];
    expect(filesIn(lines)).toEqual([['packages/math/src/index.ts', 1], ...inShop]);
  });

  it('a file that does not lie in the package stays as it was named', () => {
    const lines = ['> nx run @t/shop:lint', ERROR.replace('src', 'packages/math/src')];
    expect(filesIn(lines)).toEqual([['packages/math/src/index.ts', 1]]);
  });

  it('names no package where tools alone speak', () => {
    expect(packagesNamedIn(`> \n>> 3\n${ERROR}\nstandard: x\nstandard: y\nstandard: z\n`)).toEqual([]);
  });
});
