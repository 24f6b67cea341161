import { describe, expect, it } from 'vitest';
import { changedExpectations } from '../../src/verify/guards/changed-expectations.ts';
import { mayReach, readReach } from '../../src/verify/guards/reach.ts';
import { changeOf, type Files } from '../fixtures/guards/change-of.ts';

const manifest = JSON.stringify({ name: 'shop', devDependencies: { vitest: '^5.0.0' } });
const test = (from: string, more = '') =>
  `import { expect, it } from 'vitest';\nimport { price } from '${from}';\n${more}\nit('adds', () => {\n  expect(price(100)).toBe(120);\n});\n`;
const files = {
  'package.json': manifest,
  'src/price.ts': "import { tax } from './tax.js';\nexport const price = (a: number) => a * tax();\n",
  'src/tax.ts': "import { rate } from './rate/index.ts';\nexport const tax = () => rate;\n",
  'src/rate/index.ts': "export { rate } from '../far.ts';\n",
  'src/far.ts': 'export const rate = 1.2;\n',
  'src/other.ts': 'export const other = 1;\n',
};

async function look(before: Files, after: Files) {
  const all: Files = { ...files, ...before, ...after };
  const texts = new Map(Object.entries(all).flatMap(([path, text]) => (text === null ? [] : [[path, text]])));
  const tree = {
    paths: new Set(texts.keys()),
    readTexts: async (paths: readonly string[]) =>
      new Map(paths.flatMap((path) => (texts.has(path) ? [[path, texts.get(path) ?? ''] as const] : []))),
  };
  const { items, scope } = changeOf({ before: { ...files, ...before }, after });
  const reach = mayReach(items) ? await readReach(items, tree) : [];
  return { reach, found: changedExpectations({ items, scope, reach }) };
}

const bent = (source: string, from = '../src/price.ts', more = '') =>
  look(
    { 'test/price.test.ts': test(from, more) },
    {
      'test/price.test.ts': test(from, more).replace('120', '121'),
      [source]: `${files[source as keyof typeof files]}export const more = 1;\n`,
    },
  );

describe('expectations beside a changed source', () => {
  it.each(['src/price.ts', 'src/tax.ts'])('V7: %s explains them', async (source) => {
    const { reach, found } = await bent(source);
    expect(reach).toEqual([{ test: 'test/price.test.ts', reaches: 'near' }]);
    expect(found).toEqual([]);
  });

  it('V7: a source that the test does not import explains nothing', async () => {
    const { reach, found } = await bent('src/other.ts');
    expect(reach).toEqual([{ test: 'test/price.test.ts', reaches: 'nothing' }]);
    expect(found).toMatchObject([
      { guard: 'changed-expectations', weight: 'certain', file: 'test/price.test.ts' },
    ]);
  });

  it('V7: a source that is far away is doubtful', async () => {
    expect((await bent('src/far.ts')).found).toMatchObject([{ weight: 'doubtful' }]);
  });

  it.each([
    ['a computed import', '../src/price.ts', 'await import(`../src/${name}`);'],
    ['a process', '../src/price.ts', "import { spawn } from 'node:child_process';"],
    ['an alias', '@/price', ''],
    ['the package itself', 'shop', ''],
    ['a file that is not there', '../dist/price.js', ''],
  ])('V7: nothing is said of a test with %s', async (_, from, more) => {
    expect(await bent('src/other.ts', from, more)).toEqual({ reach: [], found: [] });
  });

  it('V7: other packages explain other results', async () => {
    const before = { 'test/price.test.ts': test('../src/price.ts') };
    const after = {
      'test/price.test.ts': test('../src/price.ts').replace('120', '121'),
      'src/other.ts': 'export const other = 2;\n',
      'package.json': manifest.replace('5', '6'),
    };
    expect((await look(before, after)).found).toEqual([]);
  });
});
