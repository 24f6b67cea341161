import { afterEach, describe, expect, it } from 'vitest';
import { failureFeedback } from '../../src/verify/failure-feedback.ts';
import { removeTestFolders, testRepository } from './verify-helpers.ts';

afterEach(removeTestFolders);

const base = {
  'package.json': '{"name":"shop","type":"module","scripts":{"test":"node --test"}}',
  'src/sum.js': 'export const sum = (a, b) => a + b;\nexport const total = (list) => list.reduce(sum, 0);\n',
  'test/sum.test.js':
    "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from '../src/sum.js';\ntest('adds', () => {\n  assert.strictEqual(sum(1, 2), 3);\n});\n",
};

describe('V4: hints of a verdict', () => {
  it('carry the pair and what is under test, and the feedback shows them', async () => {
    const repository = await testRepository(base, {
      'src/sum.js': base['src/sum.js'].replace('a + b', 'a - b'),
    });
    const verdict = await repository.verify();
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced[0]?.hint).toContain('Under test: sum of src/sum.js.');
    expect(failureFeedback(verdict)).toContain('assert.strictEqual(sum(1, 2), 3)');
  });

  it('carry the real exports of the module, the closest first', async () => {
    const repository = await testRepository(base, {
      'src/use.js': "import { totl } from './sum.js';\nexport const use = totl([1]);\n",
      'test/use.test.js':
        "import { test } from 'node:test';\nimport '../src/use.js';\ntest('loads', () => {});\n",
    });
    const verdict = await repository.verify();
    const hints = verdict.introduced.map(({ hint }) => hint ?? '').join('\n');
    expect(hints).toContain('src/sum.js exports: total, sum.');
  });
});
