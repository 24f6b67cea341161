import type { PlanRevisionView } from '../../api/contract.ts';
import { type DiffLine, diffLines } from '../../lib/diff-lines.ts';
import type { Terminal } from '../terminal.ts';
import { planAsLines } from './plan.ts';

export interface TwoRevisions {
  readonly from: PlanRevisionView;
  readonly to: PlanRevisionView;
}

type Output = Pick<Terminal, 'style' | 'columns'>;

/** What changed, a line each, with the lines that stayed. */
export function renderPlanDifference({ from, to }: TwoRevisions, { style }: Output): string {
  const paint: Record<DiffLine['kind'], (text: string) => string> = {
    same: (text) => `  ${text}`.trimEnd(),
    removed: (text) => style.red(`- ${text}`),
    added: (text) => style.green(`+ ${text}`),
  };
  const lines = differenceOf({ from, to }).map(({ kind, text }) => paint[kind](text));
  return [style.red(`--- ${nameOf(from)}`), style.green(`+++ ${nameOf(to)}`), ...lines].join('\n');
}

const GUTTER = ' | ';

/** Both in full, what stayed on one height; long lines are broken. */
export function renderPlansSideBySide({ from, to }: TwoRevisions, { style, columns }: Output): string {
  const width = Math.max(20, Math.floor((columns - GUTTER.length) / 2));
  const rows: [left: string, right: string, isSame: boolean][] = [[nameOf(from), nameOf(to), true]];
  let removed: string[] = [];
  let added: string[] = [];
  const settle = () => {
    const height = Math.max(removed.length, added.length);
    for (let row = 0; row < height; row += 1) rows.push([removed[row] ?? '', added[row] ?? '', false]);
    [removed, added] = [[], []];
  };
  for (const { kind, text } of differenceOf({ from, to })) {
    const broken = breakLine(text, width);
    if (kind === 'removed') removed.push(...broken);
    else if (kind === 'added') added.push(...broken);
    else {
      settle();
      rows.push(...broken.map((line): [string, string, boolean] => [line, line, true]));
    }
  }
  settle();
  return rows
    .map(([left, right, isSame]) => {
      const padded = left.padEnd(width);
      return isSame
        ? `${padded}${GUTTER}${right}`.trimEnd()
        : `${style.red(padded)}${GUTTER}${style.green(right)}`.trimEnd();
    })
    .join('\n');
}

function differenceOf({ from, to }: TwoRevisions): DiffLine[] {
  return diffLines(planAsLines(from.plan), planAsLines(to.plan));
}

function nameOf({ revision, hash }: PlanRevisionView): string {
  return `revision ${revision} (${hash})`;
}

function breakLine(text: string, width: number): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.length > 0 ? lines : [''];
}
