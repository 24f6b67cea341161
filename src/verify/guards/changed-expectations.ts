import { evidenceOf, lineChanges } from './lines.ts';
import { isSnapshot } from './paths.ts';
import { changesSources } from './tests/explained.ts';
import { compareTests } from './tests/match-tests.ts';
import type { Assertion } from './tests/model.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';
import { difference } from './weakened-tests.ts';

const HINT = 'Leave what the test expects as it was, unless the ticket asks for another result.';
const MOST_NAMED = 4;
const NO_SOURCE = 'no source file was';
const NO_IMPORT = 'none of the changed files is one that it imports';
const FAR = 'it imports the changed files only through several others';

/**
 * Values that tests and snapshots expect, changed although no source file is: then nothing that is tested can have changed, but for what the
 * tests themselves set up. With a source file in the change they are what a change looks like, and are no finding, unless the test does not
 * import that file at all.
 */
export function changedExpectations(change: Change): Suspicion[] {
  const isAlone = !changesSources(change);
  const reach = new Map((change.reach ?? []).map(({ test, reaches }) => [test, reaches]));
  const { pairs } = compareTests(change);
  const judged = pairs.filter(({ file }) => isAlone || ['nothing', 'far'].includes(reach.get(file) ?? ''));
  const byFile = Map.groupBy(
    judged.flatMap(({ before, after, file }) =>
      changedIn(before, after).map((found) => ({ ...found, file, line: after.line })),
    ),
    ({ file }) => file,
  );
  const changed = [...byFile].map(([file, found]) => {
    const lines = found.slice(0, MOST_NAMED).flatMap(({ old, now }) => [`- ${old.text}`, `+ ${now.text}`]);
    return suspicion(file, {
      line: found[0]?.line ?? null,
      lines,
      isCertain: found.some(({ isSetUpSame }) => isSetUpSame) && (isAlone || reach.get(file) === 'nothing'),
      without: isAlone ? NO_SOURCE : reach.get(file) === 'nothing' ? NO_IMPORT : FAR,
    });
  });
  if (!isAlone) return changed;
  return [
    ...changed,
    ...change.items.filter((item) => isChangedSnapshot(item)).map((item) => snapshot(item)),
  ];
}

interface Changed {
  readonly old: Assertion;
  readonly now: Assertion;
  /** Nothing else in the test changed but values. */
  readonly isSetUpSame: boolean;
}

interface Tested {
  readonly body: string;
  readonly assertions: readonly Assertion[];
}

function changedIn(before: Tested, after: Tested): Changed[] {
  if (before.body === after.body) return [];
  const { removed, added } = difference(before.assertions, after.assertions);
  const isSetUpSame = setUpOf(before) === setUpOf(after);
  return removed.flatMap((old) => {
    const now = added.find(
      ({ subject, matcher, expected }) =>
        subject === old.subject && matcher === old.matcher && expected !== old.expected,
    );
    if (now && old.expected !== '') return [{ old, now, isSetUpSame }];
    const other = isSetUpSame ? added.find((each) => asksAnother(old, each)) : undefined;
    return other ? [{ old, now: other, isSetUpSame }] : [];
  });
}

/** The same function asked with another input for another result: the old question is not asked any more. */
function asksAnother(old: Assertion, now: Assertion): boolean {
  const called = headOf(old.subject);
  return (
    called !== '' &&
    headOf(now.subject) === called &&
    now.subject !== old.subject &&
    now.matcher === old.matcher &&
    now.expected !== old.expected
  );
}

/** What is called first; '' where nothing is. */
function headOf(subject: string): string {
  const at = subject.indexOf('(');
  return at <= 0 ? '' : subject.slice(0, at).replace(/^(?:await|\(\) =>)\s*/, '');
}

/** The rest of a test, every value made the same: another input for another result proves no more than another result alone. */
function setUpOf({ body, assertions }: Tested): string {
  const rest = assertions.reduce((left, { text }) => left.replace(text, () => ''), body);
  return rest.replace(/'[^'\n]*'|"[^"\n]*"|\b\d[\d_.]*/g, '#');
}

function isChangedSnapshot(item: ChangedItem): boolean {
  return isSnapshot(item.path) && item.kind === 'modified' && lineChanges(item).removed.length > 0;
}

function snapshot(item: ChangedItem): Suspicion {
  const { added, removed } = lineChanges(item);
  const lines = [
    ...removed.slice(0, 2).map(({ text }) => `- ${text}`),
    ...added.slice(0, 2).map(({ text }) => `+ ${text}`),
  ];
  return suspicion(item.path, { line: added[0]?.line ?? null, lines, isCertain: true, without: NO_SOURCE });
}

interface Found {
  readonly line: number | null;
  readonly lines: readonly string[];
  readonly isCertain: boolean;
  /** Why the code cannot have asked for it. */
  readonly without: string;
}

function suspicion(file: string, { line, lines, isCertain, without }: Found): Suspicion {
  return {
    guard: 'changed-expectations',
    weight: isCertain ? 'certain' : 'doubtful',
    message: `What ${file} expects was changed, and ${without}.`,
    file,
    line,
    evidence: evidenceOf(lines),
    hint: HINT,
    identity: 'expectations',
  };
}
