import type { ChangedItem } from './types.ts';

export interface NumberedLine {
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

export interface LineChanges {
  readonly added: readonly NumberedLine[];
  readonly removed: readonly NumberedLine[];
}

const known = new WeakMap<ChangedItem, LineChanges>();

/**
 * The lines a file has more often than before, and those it has less often, spaces at both ends apart. Order does not count, so a line that
 * moved within a file is neither, and no input takes more than linear time.
 */
export function lineChanges(item: ChangedItem): LineChanges {
  const answer = known.get(item);
  if (answer) return answer;
  const before = linesOf(item.before);
  const after = linesOf(item.after);
  const changes = { added: surplus(after, before), removed: surplus(before, after) };
  known.set(item, changes);
  return changes;
}

export function linesOf(text: string | null): NumberedLine[] {
  if (text === null || text === '') return [];
  return text.split('\n').map((line, index) => ({ text: line.trim(), line: index + 1 }));
}

/** Lines of `some` that are not in `others`, each as often as it is there more often. */
function surplus(some: readonly NumberedLine[], others: readonly NumberedLine[]): NumberedLine[] {
  const left = new Map<string, number>();
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1);
  return some.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0 && text !== '';
  });
}

/** Takes from a list what was removed elsewhere in the change, once each: what moved to another file is not new. */
export function createMovedPool(items: readonly ChangedItem[]): (text: string) => boolean {
  const pool = new Map<string, number>();
  for (const item of items) {
    for (const { text } of lineChanges(item).removed) pool.set(text, (pool.get(text) ?? 0) + 1);
  }
  return (text) => {
    const count = pool.get(text) ?? 0;
    if (count > 0) pool.set(text, count - 1);
    return count > 0;
  };
}

const LONGEST_EVIDENCE_LINE = 160;
const LONGEST_EVIDENCE = 600;

/** Some lines for a person, one below the other, bounded. */
export function evidenceOf(lines: readonly string[]): string {
  const shown = lines.map((line) => {
    const flat = line.replace(/\s+/g, ' ').trim();
    return flat.length > LONGEST_EVIDENCE_LINE ? `${flat.slice(0, LONGEST_EVIDENCE_LINE - 1)}…` : flat;
  });
  return shown.join('\n').slice(0, LONGEST_EVIDENCE);
}
