import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardNames } from '../../src/domain/guard.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { findExecutable } from '../../src/process/find-executable.ts';
import { casesOf, readStacks } from '../../tools/corpus/corpus-file.ts';
import { layOutBase, lineIn, makeChange } from '../../tools/corpus/make-repository.ts';
import { runCase } from '../../tools/corpus/run-case.ts';

const stacks = readStacks();
const cases = stacks.flatMap(casesOf);
const quick = cases.filter(
  ({ spec, stack }) =>
    spec.quick && stack.needs.every((program) => findExecutable(program, process.env['PATH'] ?? '') !== null),
);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-corpus-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

describe('the corpus', () => {
  it('V4, V7: has a right change and six wrong ones for every stack, and every guard and category of code at least once', () => {
    for (const { name, right, wrong } of stacks) {
      expect(right.length, name).toBeGreaterThanOrEqual(1);
      expect(wrong.length, name).toBeGreaterThanOrEqual(6);
    }
    const expected = stacks.flatMap(({ wrong }) => wrong.map(({ expect: wanted }) => wanted));
    const guards = new Set(expected.flatMap((wanted) => ('guard' in wanted ? [wanted.guard] : [])));
    expect([...guards].sort()).toEqual([...guardNames].sort());
    const categories = new Set(expected.flatMap((wanted) => ('guard' in wanted ? [] : wanted.category)));
    expect(CODE_CATEGORIES.filter((category) => !categories.has(category))).toEqual([]);
  });

  it('has changes that fit the files they are made for', () => {
    for (const [index, each] of cases.entries()) {
      const target = path.join(folder, `fits-${index}`);
      layOutBase(each, target);
      expect(() => makeChange(each, target), each.name).not.toThrow();
      const wanted = each.kind === 'wrong' && 'check' in each.spec.expect ? each.spec.expect : null;
      if (wanted?.at !== undefined) {
        expect(lineIn(path.join(target, wanted.file?.[0] ?? ''), wanted.at), each.name).not.toBeNull();
      }
    }
  });
});

const LONGEST_MS = 240_000;

/** Each is verified as `runyard verify` would; the other cases run with `npm run corpus` and in `npm run test:full`. */
describe('V1, V2, V3, V4, V7: the verdict on a change', () => {
  it.each(quick)(
    'is as it should be: $name',
    async (each) => {
      const { mode } = await detectSandbox();
      const settings = { cacheDir: path.join(folder, 'cache'), sandbox: mode, timeoutMs: LONGEST_MS / 4 };
      const { result } = await runCase(each, settings);
      expect(result.problems).toEqual([]);
    },
    LONGEST_MS,
  );
});

/** Of docs/failure-taxonomy.md; a corrupt patch never becomes a commit. */
const CODE_CATEGORIES = [
  'syntax_error',
  'type_error',
  'missing_export',
  'import_resolution',
  'undefined_symbol',
  'test_failure',
  'no_tests',
  'coverage_threshold',
  'runtime_error',
  'build_error',
  'lint',
  'format',
  'tailwind_invalid_class',
  'css_error',
  'missing_dependency',
  'dependency_not_found',
  'lockfile_mismatch',
  'integrity_error',
];
