import type { GuardWeight } from '../../domain/guard-policy.ts';
import { evidenceOf } from './lines.ts';
import { belongsToTests, isFixture, isScript } from './paths.ts';
import { parseSource } from './syntax.ts';
import { type Mark, marksIn } from './tests/js-marks.ts';
import { newAnswers, newDoubles, newMocks } from './tests/new-mocks.ts';
import { newPytestHooks } from './tests/pytest-hooks.ts';
import { newTextMarks } from './tests/text-marks.ts';
import { togetherPerFile } from './together.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT = 'Take it out and make the code pass the test by itself.';
const MOST_PER_FILE = 3;
const MAY_HAVE_MARKS = /\bretr(?:y|ies|yTimes)\b|\bprocess\b|\baddEqualityTesters\b/;

/** New in test files: tests that are tried again until they pass, processes that end with success, and a mock in place of what is tested. */
export function toldToPass(change: Change): Suspicion[] {
  const found = change.items.flatMap((item) => {
    if (item.form !== 'file' || item.after === null || isFixture(item.path)) return [];
    if (!isScript(item.path))
      return [...newPytestHooks(item), ...newTextMarks(item)].map((mark) => suspicion(item, mark));
    if (!belongsToTests(item.path)) return [];
    const marks = [
      ...newMarks(item),
      ...newMocks(item, change),
      ...newAnswers(item, change),
      ...newDoubles(item),
    ];
    return marks.map((mark) => suspicion(item, mark));
  });
  return togetherPerFile(found, (count, file) => `${count} places in ${file} let its tests pass.`);
}

/** Each as often as it is there more often than before. */
function newMarks(item: ChangedItem): Mark[] {
  if (!MAY_HAVE_MARKS.test(item.after ?? '')) return [];
  const after = marksOf(item.path, item.after);
  if (after.length === 0) return [];
  const left = new Map<string, number>();
  for (const { text } of marksOf(item.oldPath ?? item.path, item.before))
    left.set(text, (left.get(text) ?? 0) + 1);
  const fresh = after.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
  return fresh.slice(0, MOST_PER_FILE);
}

function marksOf(path: string, text: string | null): Mark[] {
  const source = text === null ? null : parseSource(path, text);
  return source ? marksIn(source) : [];
}

function suspicion(
  { path }: ChangedItem,
  { what, weight, text, line }: { what: string; weight: GuardWeight; text: string; line: number },
): Suspicion {
  return {
    guard: 'weakened-tests',
    weight,
    message: `In ${path} ${what}.`,
    file: path,
    line,
    evidence: evidenceOf([text]),
    hint: HINT,
    identity: `${what} ${text}`,
  };
}
