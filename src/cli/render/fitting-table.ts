import { clean } from '../clean.ts';
import type { Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';

export interface FittingColumn<Row> {
  readonly name: string;
  /** As it came: it is made one line and harmless here. */
  readonly cell: (row: Row) => string;
  readonly paint?: (row: Row) => (text: string) => string;
  readonly right?: true;
  /** Where too long text is cut: names of repositories differ in their ends. Default: it never is. */
  readonly cut?: 'end' | 'start';
  /** A narrow terminal does without it; the last such column goes first. */
  readonly optional?: true;
}

const GAP = 2;
/** A cut column says little below the first width, and nothing below the second. */
const COMFORTABLE_CUT = 24;
const NARROWEST_CUT = 10;

/** A table that is no wider than the terminal, as far as its columns can be cut or left out. */
export function renderFittingTable<Row>(
  columns: readonly FittingColumn<Row>[],
  rows: readonly Row[],
  terminal: Pick<Terminal, 'columns' | 'style'>,
): string {
  const measured = columns.map((column) => {
    const texts = rows.map((row) => clean(column.cell(row)).replaceAll(/\s+/g, ' ').trim());
    return { column, texts, width: Math.max(column.name.length, ...texts.map((text) => text.length)) };
  });
  const shown = fitWidths(measured, terminal.columns);
  const lines = rows.map((row, index) =>
    shown.map(({ column, texts, width }) => {
      const text = cut(texts[index] ?? '', width, column.cut);
      const placed = column.right ? text.padStart(width) : text;
      return column.paint ? column.paint(row)(placed) : placed;
    }),
  );
  const head = shown.map(({ column: { name, right }, width }) => (right ? name.padStart(width) : name));
  return renderTable(head, lines, terminal.style);
}

interface Measured<Row> {
  readonly column: FittingColumn<Row>;
  readonly texts: readonly string[];
  readonly width: number;
}

function fitWidths<Row>(all: readonly Measured<Row>[], room: number): readonly Measured<Row>[] {
  const shown = withoutOptional(all, room);
  const widths = shown.map(({ width }) => width);
  for (let over = widthOf(widths) - room; over > 0; over -= 1) {
    const widest = widestCuttable(shown, widths);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return shown.map((one, index) => ({ ...one, width: widths[index] ?? one.width }));
}

function withoutOptional<Row>(all: readonly Measured<Row>[], room: number): readonly Measured<Row>[] {
  const fits = widthOf(all.map((one) => narrowest(one, COMFORTABLE_CUT))) <= room;
  const last = all.findLastIndex(({ column }) => column.optional);
  return fits || last === -1
    ? all
    : withoutOptional(
        all.filter((_, index) => index !== last),
        room,
      );
}

function widestCuttable<Row>(shown: readonly Measured<Row>[], widths: readonly number[]): number {
  let found = -1;
  for (const [index, one] of shown.entries()) {
    const width = widths[index] ?? 0;
    if (width > narrowest(one) && (found === -1 || width > (widths[found] ?? 0))) found = index;
  }
  return found;
}

function narrowest<Row>({ column, width }: Measured<Row>, least = NARROWEST_CUT): number {
  return column.cut ? Math.min(width, Math.max(least, column.name.length)) : width;
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

function cut(text: string, width: number, from: 'end' | 'start' = 'end'): string {
  if (text.length <= width) return text;
  return from === 'end' ? `${text.slice(0, width - 3)}...` : `...${text.slice(3 - width)}`;
}
