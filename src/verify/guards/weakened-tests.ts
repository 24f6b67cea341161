import { earlyEnds } from './early-ends.ts';
import { evidenceOf } from './lines.ts';
import { swappedImports } from './swapped-imports.ts';
import { namesIn, vanishedNames } from './tests/explained.ts';
import { compareTests, type TestPair } from './tests/match-tests.ts';
import type { Assertion, TestCase } from './tests/model.ts';
import { newlyQuiet, type Quiet } from './tests/quiet-assertions.ts';
import { togetherPerFile } from './together.ts';
import type { Change, Suspicion } from './types.ts';

const HINT = 'Put the assertion back and make the code give the result it asks for.';

/** Tests that stayed and prove less than before: assertions gone, replaced by weaker ones, or kept where their failure goes nowhere. */
export function weakenedTests(change: Change): Suspicion[] {
  const { pairs, fresh, loose, unreadable } = compareTests(change);
  const vanished = vanishedNames(change);
  return [
    ...togetherPerFile(
      pairs.flatMap((pair) => judgePair(pair, vanished)),
      (count, file) => `${count} tests of ${file} look at less than before.`,
    ),
    ...fresh.flatMap(({ test, file }) => judgeNew(test, file)),
    ...loose.flatMap(({ file, before, after }) => judgeLoose(file, { before, after, vanished })),
    ...unreadable.map((item) => unread(item.path)),
    ...earlyEnds(change),
    ...swappedImports(change),
  ];
}

function judgePair({ before, after, file, isRenamed }: TestPair, vanished: ReadonlySet<string>): Suspicion[] {
  if (before.body === after.body || after.skip === 'always') return [];
  const found = (weight: Suspicion['weight'], what: string, lines: readonly string[]) => [
    weakened(file, { weight, what, name: after.name, line: after.line, lines }),
  ];
  if (after.isEmpty && !before.isEmpty) return found('certain', 'has no body any more', [before.body]);
  const swallowed = newlySwallowed(before, after);
  if (swallowed) return found('certain', 'may fail without anybody seeing it', [swallowed.text]);
  const { removed, added } = difference(before.assertions, after.assertions);
  const lost = removed.filter(({ text }) => !namesIn(text).some((name) => vanished.has(name)));
  const quiet = newlyQuiet({ before, after, lost, added, vanished });
  const less = quiet?.weight === 'certain' ? null : provesLess({ before, after, lost, added, isRenamed });
  const worst = less?.weight === 'certain' ? less : (quiet ?? less);
  return worst ? found(worst.weight, worst.what, worst.lines) : [];
}

interface Exchange {
  readonly before: TestCase;
  readonly after: TestCase;
  readonly lost: readonly Assertion[];
  readonly added: readonly Assertion[];
  readonly isRenamed: boolean;
}

/** What took the place of the assertions that are gone. */
function provesLess({ before, after, lost, added, isRenamed }: Exchange): Quiet | null {
  if (lost.length === 0) return null;
  const evidence = [
    ...lost.slice(0, 3).map(({ text }) => `- ${text}`),
    ...added.slice(0, 3).map(({ text }) => `+ ${text}`),
  ];
  const found = (weight: Suspicion['weight'], what: string): Quiet => ({ weight, what, lines: evidence });
  const proves = (assertions: readonly Assertion[]) =>
    assertions.reduce((sum, { strength }) => sum + strength, 0);
  if (proves(after.assertions) === 0 && proves(before.assertions) > 0) {
    const callsHelper = /\b(?:assert|expect|check|verify|should|run|test)\w*\s*\(/i.test(
      withoutKnown(after.body, before.body),
    );
    return found(callsHelper && added.length === 0 ? 'doubtful' : 'certain', 'asserts nothing any more');
  }
  if (tolerates(lost, added)) return found('doubtful', 'tolerates more than before');
  if (proves(added) >= proves(lost) || isRenamed) return null;
  const weaker = lost.flatMap((old) => weakerForm(old, added) ?? []);
  if (weaker.some(({ strength }) => strength <= 1)) return found('certain', 'looks at less than before');
  if (weaker.length > 0) return found('doubtful', 'looks at less than before');
  const replaced =
    added.length > 0 &&
    lost.some((old) => added.every(({ strength }) => strength < old.strength && strength <= 1));
  if (replaced) return found('certain', 'looks at less than before');
  const counts = lost.some(({ strength }) => strength > 1);
  if (counts && after.assertions.length < before.assertions.length)
    return found('doubtful', 'asserts less than before');
  return null;
}

/** What a body has that the old one had not. */
function withoutKnown(body: string, old: string): string {
  const known = new Set(old.split(' '));
  return body
    .split(' ')
    .filter((word) => !known.has(word))
    .join(' ');
}

const ONLY_TRUE = /^(?:ok|assert|truthy|istrue|true|isok|asserttrue)$/;

/** The assertion that took the place of a stronger one on the same subject. */
function weakerForm(old: Assertion, added: readonly Assertion[]): Assertion | null {
  const same = added.filter(({ subject }) => subject !== '' && subjectOf(subject) === subjectOf(old.subject));
  const bare = same.find(({ subject, matcher }) => subject === old.subject && ONLY_TRUE.test(matcher));
  if (bare && old.strength > 1) return { ...bare, strength: 1 };
  if (same.some(({ strength }) => strength >= old.strength)) return null;
  return same.find(({ strength }) => strength < old.strength) ?? aboutIt(old, added);
}

/** `ok(Math.abs(x - 120) < 1000)` for `equal(x, 120)`. */
function aboutIt({ subject, strength }: Assertion, added: readonly Assertion[]): Assertion | null {
  if (subject.length < 3 || strength < 3) return null;
  const isAbout = (text: string) => /[<>]/.test(text) && text !== subject && text.includes(subject);
  return added.find((each) => each.strength < strength && isAbout(each.subject)) ?? null;
}

/** `await x` and `x`, `Boolean(x)` and `x` are one subject; so are `a === b` and `a`. */
function subjectOf(text: string): string {
  return text
    .replace(/^(?:await |Boolean\(|!!|typeof )/, '')
    .replace(/\s*(?:[!=]==?|[<>]=?|!=|is not|is|\?\?).*$/s, '')
    .replace(/[()\s]/g, '');
}

/** `toBeCloseTo(x, 2)` for 5, `toBeLessThan(500)` for 100. */
function tolerates(removed: readonly Assertion[], added: readonly Assertion[]): Assertion | null {
  const wider = added.find((now) =>
    removed.some(({ subject, matcher, expected }) => {
      if (subject !== now.subject || matcher !== now.matcher) return false;
      const old = Number(/(?:^|, )(-?[\d_.]+)$/.exec(expected)?.[1]?.replaceAll('_', ''));
      const value = Number(/(?:^|, )(-?[\d_.]+)$/.exec(now.expected)?.[1]?.replaceAll('_', ''));
      if (/^(?:tobecloseto|tobegreaterthan(?:orequal)?|above|least|isabove|isatleast)$/.test(matcher))
        return value < old;
      return (
        /^(?:closeto|approximately|tobelessthan(?:orequal)?|below|most|isbelow|isatmost)$/.test(matcher) &&
        value > old
      );
    }),
  );
  return wider ?? null;
}

function newlySwallowed(before: TestCase, after: TestCase): Assertion | null {
  const count = ({ assertions }: TestCase) => assertions.filter(({ isSwallowed }) => isSwallowed).length;
  if (count(after) <= count(before)) return null;
  const open = new Set(before.assertions.filter(({ isSwallowed }) => !isSwallowed).map(({ text }) => text));
  const now = after.assertions.filter(({ isSwallowed }) => isSwallowed);
  return (
    now.find(
      ({ text, subject }) =>
        open.has(text) || [...open].some((each) => subject !== '' && each.includes(subject)),
    ) ?? null
  );
}

/** A new test that cannot fail. */
function judgeNew(test: TestCase, file: string): Suspicion[] {
  if (
    test.skip !== 'no' ||
    test.assertions.length === 0 ||
    test.assertions.some(({ strength }) => strength > 0)
  )
    return [];
  if (test.assertions.every(({ matcher }) => ['fail', 'plan', 'pass', 'error', 'iferror'].includes(matcher)))
    return [];
  return [
    weakened(file, {
      weight: 'doubtful',
      what: 'is new and cannot fail',
      name: test.name,
      line: test.line,
      lines: test.assertions.map(({ text }) => text),
    }),
  ];
}

interface Loose {
  readonly before: readonly Assertion[];
  readonly after: readonly Assertion[];
  readonly vanished: ReadonlySet<string>;
}

/** Helpers, and tests that are plain programs: only a clear loss counts. */
function judgeLoose(file: string, { before, after, vanished }: Loose): Suspicion[] {
  if (after.length === 0) return [];
  const { removed, added } = difference(before, after);
  const lost = removed.filter(({ text }) => !namesIn(text).some((name) => vanished.has(name)));
  const weaker = lost.flatMap((old) => weakerForm(old, added) ?? []).filter(({ strength }) => strength <= 1);
  if (weaker.length === 0) return [];
  const lines = [
    ...lost.slice(0, 3).map(({ text }) => `- ${text}`),
    ...weaker.slice(0, 3).map(({ text }) => `+ ${text}`),
  ];
  return [
    weakened(file, {
      weight: 'doubtful',
      what: 'looks at less than before',
      name: 'code outside of tests',
      line: weaker[0]?.line ?? null,
      lines,
    }),
  ];
}

export function difference(before: readonly Assertion[], after: readonly Assertion[]) {
  return { removed: minus(before, after), added: minus(after, before) };
}

function minus(some: readonly Assertion[], others: readonly Assertion[]): Assertion[] {
  const left = new Map<string, number>();
  for (const each of others) left.set(keyOf(each), (left.get(keyOf(each)) ?? 0) + 1);
  return some.filter((each) => {
    const count = left.get(keyOf(each)) ?? 0;
    if (count > 0) left.set(keyOf(each), count - 1);
    return count === 0;
  });
}

const SAME_VALUE = /^(?:tobe|equal|strictequal|is|equals|isequal)$/;
const SAME_CONTENT = /^(?:toequal|tostrictequal|deepequal|deepstrictequal|same|strictsame|eql|deepequals)$/;
const TRUE = /^(?:ok|truthy|assert|tobetruthy|istrue|isok)$/;

/** Equal for what says the same in the words of two frameworks; spaces do not count. */
function keyOf({ text, subject, matcher, expected }: Assertion): string {
  if (subject === '') return text;
  if (matcher === 'notok' || matcher === 'falsy') return `!${subject}|true|`.replace(/[\s;]+/g, '');
  const what = SAME_VALUE.test(matcher)
    ? 'value'
    : SAME_CONTENT.test(matcher)
      ? 'content'
      : TRUE.test(matcher)
        ? 'true'
        : matcher;
  return `${subject}|${what}|${expected}`.replace(/[\s;]+/g, '');
}

interface Weakened {
  readonly weight: Suspicion['weight'];
  readonly what: string;
  readonly name: string;
  readonly line: number | null;
  readonly lines: readonly string[];
}

function weakened(file: string, { weight, what, name, line, lines }: Weakened): Suspicion {
  return {
    guard: 'weakened-tests',
    weight,
    message: `The test "${name}" ${what}.`,
    file,
    line,
    evidence: evidenceOf(lines),
    hint: HINT,
    identity: `${name} ${what}`,
  };
}

function unread(file: string): Suspicion {
  return {
    guard: 'weakened-tests',
    weight: 'doubtful',
    message: `${file} cannot be parsed, so its tests could only be searched as text.`,
    file,
    line: null,
    evidence: '',
    hint: 'Write it so that it can be parsed.',
    identity: 'unreadable',
  };
}
