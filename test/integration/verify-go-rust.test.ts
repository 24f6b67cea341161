import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userPath } from '../../src/process/child-environment.ts';
import { isFull } from '../stress/support/length.ts';
import {
  type Files,
  removeTestFolders,
  statuses,
  type TestRepository,
  testRepository,
} from './verify-helpers.ts';

afterAll(removeTestFolders);

/** Each asked for something harmless: rustup's programs are there without a tool chain, too, in which case they do not start. */
const lacks = (asked: Readonly<Record<string, string>>) =>
  Object.keys(asked).filter((tool) => {
    const env = { ...process.env, PATH: userPath(process.env['PATH']) };
    return spawnSync(tool, [asked[tool] ?? ''], { env, input: '', timeout: 30_000 }).status !== 0;
  });
const without = (missing: readonly string[]) =>
  missing.length > 0 ? ` (skipped: not usable on this machine: ${missing.join(', ')})` : '';
/** Each is compiled anew: the short form has the first ones. */
const SHORT = 4;
const inForm = (all: readonly Wrong[]) => (isFull ? all : all.slice(0, SHORT));

const BASKET = `package shop

// Total adds up all prices.
func Total(cents []int) int {
	sum := 0
	for _, each := range cents {
		sum += each
	}
	return sum
}
`;
const BASKET_TEST = `package shop

import "testing"

func TestTotal(t *testing.T) {
	if got := Total([]int{100, 50}); got != 150 {
		t.Errorf("Total() = %d, want 150", got)
	}
}

func TestTotalOfNothing(t *testing.T) {
	if got := Total(nil); got != 0 {
		t.Errorf("Total(nil) = %d, want 0", got)
	}
}
`;
const goFiles = {
  'go.mod': 'module example.org/shop\n\ngo 1.19\n',
  'shop/basket.go': BASKET,
  'shop/basket_test.go': BASKET_TEST,
};

/** What a change to one file is refused for: the check that failed, category, place, symbol. */
type Wrong = readonly [of: string, file: Files, check: string, found: Readonly<Record<string, unknown>>];

const inBasket = (from: string, to: string) => ({ 'shop/basket.go': BASKET.replace(from, to) });
const inTest = (from: string, to: string) => ({ 'shop/basket_test.go': BASKET_TEST.replace(from, to) });

const wrongGo: readonly Wrong[] = [
  [
    'a failing test',
    inBasket('sum += each', 'sum -= each'),
    'test',
    { category: 'test_failure', file: 'shop/basket_test.go', line: 7, symbol: 'TestTotal' },
  ],
  [
    'a panic',
    inBasket('sum := 0', 'sum := cents[len(cents)]'),
    'test',
    { category: 'test_failure', file: 'shop/basket.go', line: 5, symbol: 'TestTotal' },
  ],
  [
    'an unused import',
    inBasket('package shop', 'package shop\n\nimport "os"'),
    'build',
    { category: 'type_error', file: 'shop/basket.go', line: 3, symbol: 'os' },
  ],
  [
    'a module that is not there',
    inBasket('package shop', 'package shop\n\nimport _ "example.org/ghost"'),
    'build',
    { category: 'missing_dependency', file: 'shop/basket.go', line: 3, symbol: 'example.org/ghost' },
  ],
  [
    'formatting',
    inBasket('\tsum := 0', '  sum  := 0'),
    'format',
    { category: 'format', file: 'shop/basket.go', symbol: 'gofmt' },
  ],
  ['a skipped test', inTest('{\n', '{\n\tt.Skip("later")\n'), 'guard', { symbol: 'skipped-tests' }],
  ['a weakened assertion', inTest('got != 150', 'got == 0'), 'guard', { symbol: 'weakened-tests' }],
  [
    'tests behind a build tag',
    inTest('package shop', '//go:build slow\n\npackage shop'),
    'test',
    { category: 'no_tests' },
  ],
  [
    'a process that ends before its tests',
    inTest(
      'import "testing"',
      'import (\n\t"os"\n\t"testing"\n)\n\nfunc TestMain(m *testing.M) {\n\tos.Exit(0)\n}',
    ),
    'test',
    { category: 'no_tests' },
  ],
];

const noGo = lacks({ go: 'version', gofmt: '-l' });
describe.skipIf(noGo.length > 0)(`V1-V4: Go${without(noGo)}`, () => {
  it('a right change passes, and its tests are counted', async () => {
    const more = `${BASKET_TEST}\nfunc TestOne(t *testing.T) {\n\tif got := Total([]int{7}); got != 7 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n`;
    const repository = await testRepository(goFiles, { 'shop/basket_test.go': more });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toEqual({ lint: 'passed', build: 'passed', format: 'passed', test: 'passed' });
    expect(verdict.status).toBe('passed');
    expect(verdict.results.find(({ check }) => check.name === 'test')?.tests).toMatchObject({ passed: 3 });
  });

  let repository: TestRepository;
  beforeAll(async () => {
    repository = await repositoryOf(goFiles, inForm(wrongGo));
  });

  it.each(inForm(wrongGo).map((wrong, index) => [wrong[0], wrong, index] as const))(
    '%s is refused',
    async (_, wrong, index) => {
      await expectRefused(repository, wrong, index);
    },
  );

  it('nothing passes beside a module that is on neither side', async () => {
    const needs = BASKET.replace('package shop', 'package shop\n\nimport _ "example.org/ghost"');
    const repository = await testRepository(
      { ...goFiles, 'shop/basket.go': needs },
      { 'shop/basket.go': needs.replace('sum += each', 'sum -= each') },
    );
    expect((await repository.verify()).status).toBe('unverifiable');
  });
});

const LIB = `//! Sums baskets.

/// Adds up all prices.
pub fn total(cents: &[u32]) -> Option<u32> {
    if cents.is_empty() {
        return None;
    }
    Some(cents.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up() {
        assert_eq!(total(&[100, 50]), Some(150));
    }

    #[test]
    fn nothing_is_none() {
        assert_eq!(total(&[]), None);
    }
}
`;
const manifest = (name: string) =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n`;
const rustFiles = {
  'Cargo.toml': '[workspace]\nmembers = ["shop", "app"]\nresolver = "2"\n',
  'clippy.toml': 'too-many-arguments-threshold = 4\n',
  '.gitignore': '/target\n',
  'shop/Cargo.toml': manifest('shop'),
  'shop/src/lib.rs': LIB,
  'app/Cargo.toml': `${manifest('app')}shop = { path = "../shop" }\n`,
  'app/src/main.rs': 'fn main() {\n    println!("{:?}", shop::total(&[1]));\n}\n',
};
const inLib = (from: string, to: string) => ({ 'shop/src/lib.rs': LIB.replace(from, to) });

const wrongRust: readonly Wrong[] = [
  [
    'a type error',
    inLib('return None;', 'return 0;'),
    'typecheck',
    { category: 'type_error', file: 'shop/src/lib.rs', line: 6, symbol: 'E0308' },
  ],
  [
    'a failing test',
    inLib('.sum())', '.sum::<u32>() + 1)'),
    'test',
    { category: 'test_failure', file: 'shop/src/lib.rs', line: 17, symbol: 'adds_up' },
  ],
  [
    'a denied lint of clippy',
    inLib('cents.is_empty()', 'cents.is_empty() || cents != cents'),
    'lint',
    { category: 'lint', file: 'shop/src/lib.rs', line: 5, symbol: 'clippy::eq_op' },
  ],
  [
    'formatting',
    inLib('        return None;', '  return None;'),
    'format',
    { category: 'format', file: 'shop/src/lib.rs', symbol: 'rustfmt' },
  ],
  [
    'a crate that is not there',
    { 'shop/Cargo.toml': `${manifest('shop')}ghost-crate = "1"\n` },
    'typecheck',
    { category: 'missing_dependency', symbol: 'ghost-crate' },
  ],
  ['an ignored test', inLib('#[test]', '#[test]\n    #[ignore]'), 'guard', { symbol: 'skipped-tests' }],
  [
    'a weakened assertion',
    inLib('assert_eq!(total(&[100, 50]), Some(150));', 'assert!(total(&[100, 50]).is_some());'),
    'guard',
    { symbol: 'weakened-tests' },
  ],
  [
    'tests behind a feature',
    inLib('#[cfg(test)]', '#[cfg(all(test, not(unix)))]'),
    'test',
    { category: 'no_tests' },
  ],
];

const noRust = lacks({ cargo: '--version', 'cargo-clippy': '--version', rustfmt: '--version' });
describe.skipIf(noRust.length > 0)(`V1-V4: Rust, in a workspace${without(noRust)}`, () => {
  it('a right change passes, and its tests are counted', async () => {
    const more = LIB.replace(
      /\}\n$/,
      '\n    #[test]\n    fn one() {\n        assert_eq!(total(&[7]), Some(7));\n    }\n}\n',
    );
    const verdict = await (await testRepository(rustFiles, { 'shop/src/lib.rs': more })).verify();
    expect(statuses(verdict)).toEqual({
      typecheck: 'passed',
      lint: 'passed',
      format: 'passed',
      test: 'passed',
    });
    expect(verdict.status).toBe('passed');
    expect(verdict.results.find(({ check }) => check.name === 'test')?.tests).toMatchObject({ passed: 3 });
  });

  let repository: TestRepository;
  beforeAll(async () => {
    repository = await repositoryOf(rustFiles, inForm(wrongRust));
  });

  it.each(inForm(wrongRust).map((wrong, index) => [wrong[0], wrong, index] as const))(
    '%s is refused',
    async (_, wrong, index) => {
      await expectRefused(repository, wrong, index);
    },
  );
});

/** One base commit, whose answers are kept, and a commit for each change to it. */
async function repositoryOf(base: Files, wrong: readonly Wrong[]): Promise<TestRepository> {
  return testRepository(base, ...wrong.map(([, change]) => ({ ...base, ...change })));
}

async function expectRefused(
  repository: TestRepository,
  [, , check, found]: Wrong,
  index: number,
): Promise<void> {
  const commit = repository.commits[index + 1] ?? '';
  const verdict = await repository.verify({ commit, stopEarly: false });
  expect(verdict.status).toBe('failed');
  expect(verdict.introduced).toContainEqual(expect.objectContaining(found));
  if (check !== 'guard' && found['category'] !== 'no_tests') expect(statuses(verdict)[check]).toBe('failed');
}
