import { createMovedPool, evidenceOf, lineChanges } from './lines.ts';
import { isTestFile } from './paths.ts';
import { compareTests } from './tests/match-tests.ts';
import type { TestCase } from './tests/model.ts';
import { togetherPerFile } from './together.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT = 'Take the mark away and make the code pass the test.';

/** Tests that were switched off, and tests that switch all others off (`only`). A test that was off before is no finding. */
export function skippedTests(change: Change): Suspicion[] {
  const { pairs, fresh, unreadable } = compareTests(change);
  const switched = pairs.flatMap(({ before, after, file }) => {
    const isWorse = rank(after.skip) > rank(before.skip);
    return [
      ...(isWorse ? [skipped(after, file, after.skip === 'always' ? 'certain' : 'doubtful')] : []),
      ...(after.isOnly && !before.isOnly ? [only(after, file)] : []),
    ];
  });
  const born = fresh.flatMap(({ test, file }) => [
    ...(test.skip === 'always' ? [skipped(test, file, 'doubtful')] : []),
    ...(test.isOnly ? [only(test, file)] : []),
  ]);
  const marked = togetherPerFile(
    [...switched, ...born],
    (count, file) => `${count} tests of ${file} are switched off.`,
  );
  return [...marked, ...byText(change, unreadable)];
}

function rank(skip: TestCase['skip']): number {
  return skip === 'always' ? 2 : skip === 'conditional' ? 1 : 0;
}

function skipped(test: TestCase, file: string, weight: Suspicion['weight']): Suspicion {
  const how = test.skip === 'conditional' ? 'is skipped under a condition' : 'is switched off';
  return {
    guard: 'skipped-tests',
    weight,
    message: `The test "${test.name}" ${how}.`,
    file,
    line: test.line,
    evidence: evidenceOf([test.name]),
    hint: HINT,
    identity: test.name,
  };
}

function only(test: TestCase, file: string): Suspicion {
  return {
    guard: 'skipped-tests',
    weight: 'certain',
    message: `Only "${test.name}" would run of ${file}: it is marked with "only".`,
    file,
    line: test.line,
    evidence: evidenceOf([test.name]),
    hint: 'Take "only" away, so that all tests run.',
    identity: `only ${test.name}`,
  };
}

const MOST_PER_FILE = 5;

/** Marks at the beginning of a line, for languages that are not parsed and files that cannot be. */
const MARKS: readonly RegExp[] = [
  /^(?:it|test|describe|context|suite)\.(?:skip|only|todo|fixme)\b/,
  /^(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/,
  /^@(?:Disabled|Ignore|Ignored)\b/,
  /^\[(?:Ignore|Skip)\b|^\[(?:Fact|Theory|Test)\([^)\n]{0,80}Skip\s*=/,
  /^(?:xit|xdescribe|xcontext|xspecify|pending|skip)\b\s*["'(]/,
  /^@tag :skip\b|^\$this->markTestSkipped\(|^pytestmark\s*=\s*pytest\.mark\.skip|^pytest\.skip\(.*allow_module_level/,
  /^\/\/(?:go:build| \+build) (?:ignore|never|disabled)\b|^#!?\[cfg\((?:any\(\)|not\(test\)|false)\)\]/,
];

function byText({ items }: Change, unreadable: readonly ChangedItem[]): Suspicion[] {
  const wasThere = createMovedPool(items);
  const looked = items.filter(
    (item) => isTestFile(item.path) && (unreadable.includes(item) || !/\.[cm]?[jt]sx?$/.test(item.path)),
  );
  return looked.flatMap((item) =>
    lineChanges(item)
      .added.filter(({ text }) => MARKS.some((mark) => mark.test(text)) && !wasThere(text))
      .slice(0, MOST_PER_FILE)
      .map(({ text, line }) => ({
        guard: 'skipped-tests' as const,
        weight: 'certain' as const,
        message: `Tests of ${item.path} are switched off.`,
        file: item.path,
        line,
        evidence: evidenceOf([text]),
        hint: HINT,
        identity: text,
      })),
  );
}
