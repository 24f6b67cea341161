import { type Check, nameOfPart } from '../domain/verdict.ts';
import type { LaneCheck } from './run-lanes.ts';
import { needsOf } from './schedule.ts';

/**
 * The checks of a plan in the order lanes take them, each test check with the tests of the changed files before it, as a check of its own
 * (V2). Where two test runs cannot get into each other's way, those come before everything else and the suite does not wait for them;
 * elsewhere, and where tests need files of other checks, they run right before the suite in the same tree.
 */
export function withParts(checks: readonly Check[], areApart: boolean): LaneCheck[] {
  const entries = checks.map((check) => ({ check, needs: needsOf(check, checks) }));
  const names = new Set(checks.map(({ name }) => name));
  const tests = entries.filter(({ check }) => check.kind === 'test' && !names.has(nameOfPart(check)));
  const ahead = tests.filter(({ needs }) => areApart && needs.length === 0);
  return [
    ...ahead.map(({ check }) => partOf(check, [])),
    ...entries.flatMap((entry): LaneCheck[] => {
      const { check, needs } = entry;
      if (!tests.includes(entry) || ahead.includes(entry)) return [{ check, needs, partOf: null }];
      const part = partOf(check, needs);
      return [part, { check, needs: [...needs, part.check.name], partOf: null }];
    }),
  ];
}

/** The tests the base commit will be asked for, if they pass on the change. */
export function suitesOf(entries: readonly LaneCheck[]): Check[] {
  return entries.flatMap(({ check, partOf: whole }) =>
    check.kind === 'test' && whole === null ? [check] : [],
  );
}

function partOf(check: Check, needs: readonly string[]): LaneCheck {
  return { check: { ...check, name: nameOfPart(check) }, needs, partOf: check };
}
