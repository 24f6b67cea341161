import { evidenceOf, lineChanges } from './lines.ts';
import { belongsToTests, isFixture, isScript } from './paths.ts';
import { parseSource } from './syntax.ts';
import { patchesIn } from './tests/js-patches.ts';
import { replacementsIn } from './tests/js-replacements.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT = 'Use the functions of the test framework as they are and make the code pass the tests.';
const MOST_PER_FILE = 3;

/** Tests whose `it`, `expect` or `assert` is no longer the framework's, and code that changes what the framework's do. */
export function replacedTests(change: Change): Suspicion[] {
  return change.items.flatMap((item) => {
    if (item.form !== 'file' || item.after === null || !isScript(item.path) || isFixture(item.path))
      return [];
    const patches = newPatches(item);
    const replaced = belongsToTests(item.path) ? replacementsIn(item, change) : [];
    return [
      ...patches
        .slice(0, MOST_PER_FILE)
        .map(({ text, line }) => suspicion(item, { weight: 'certain', what: PATCHED, text, line })),
      ...replaced
        .slice(0, MOST_PER_FILE)
        .map((each) => suspicion(item, { ...each, what: `${each.name} is no longer the framework's` })),
    ];
  });
}

const PATCHED = 'what the test framework does is changed';
const MAY_PATCH = /\b(?:assert|expect|chai|it|test|describe|is|suite|context|specify)\b/;

/** A change of a framework's function begins on a line that is new. */
function newPatches(item: ChangedItem) {
  const { added, removed } = lineChanges(item);
  if (!added.some(({ text }) => MAY_PATCH.test(text))) return [];
  const source = parseSource(item.path, item.after ?? '');
  const old = new Set(removed.map(({ text }) => text));
  const lines = new Set(added.flatMap(({ text, line }) => (old.has(text) ? [] : [line])));
  return source ? patchesIn(source).filter(({ line }) => lines.has(line)) : [];
}

interface Found {
  readonly weight: Suspicion['weight'];
  readonly what: string;
  readonly text: string;
  readonly line: number;
}

function suspicion(item: ChangedItem, { weight, what, text, line }: Found): Suspicion {
  return {
    guard: 'weakened-tests',
    weight,
    message: `In ${item.path} ${what}.`,
    file: item.path,
    line,
    evidence: evidenceOf([text]),
    hint: HINT,
    identity: what,
  };
}
