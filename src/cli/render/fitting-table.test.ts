import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';

interface Row {
  readonly id: string;
  readonly place: string;
  readonly title: string;
  readonly note: string;
}

const long = 'x'.repeat(300);
const rows: readonly Row[] = [
  { id: 'aaaa', place: '/srv/git/shop/checkout', title: 'Totals are too high', note: 'one' },
  { id: 'bbbb', place: `/srv/${long}/end`, title: long, note: '\x1b]0;title\x07\nsecond line' },
];
const columns: readonly FittingColumn<Row>[] = [
  { name: 'RUN', cell: ({ id }) => id, paint: () => createStyle(true).green },
  { name: 'NUMBER', cell: ({ id }) => String(id.length), right: true },
  { name: 'REPOSITORY', cell: ({ place }) => place, cut: 'start' },
  { name: 'NOTE', cell: ({ note }) => note, optional: true },
  { name: 'TICKET', cell: ({ title }) => title, cut: 'end' },
];

function lines(width: number, of: readonly Row[] = rows): string[] {
  return renderFittingTable(columns, of, { columns: width, style: createStyle(true) })
    .split('\n')
    .map(stripVTControlCharacters);
}

describe('a table that fits', () => {
  it.each([40, 60, 80, 120, 200, 1000])('D7: is no wider than %i columns, and only ASCII', (width) => {
    const shown = lines(width);
    expect(shown).toHaveLength(3);
    for (const line of shown) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it('cuts names of repositories at their beginning, tickets at their end, and ids never', () => {
    const last = lines(80)[2] ?? '';
    expect(last).toMatch(/^bbbb {7}4 {2}\.\.\.x+\/end {2}/);
    expect(last).toMatch(/x\.\.\.$/);
  });

  it('leaves optional columns out where the others would say little', () => {
    expect(lines(200)[0]).toContain('NOTE');
    expect(lines(60)[0]).not.toContain('NOTE');
  });

  it('cuts nothing that fits', () => {
    expect(lines(80, rows.slice(0, 1))).toEqual([
      'RUN   NUMBER  REPOSITORY              NOTE  TICKET',
      'aaaa       4  /srv/git/shop/checkout  one   Totals are too high',
    ]);
  });

  it('shows what would steer the terminal instead of sending it', () => {
    expect(renderFittingTable(columns, rows, { columns: 1000, style: createStyle(false) })).toContain(
      '^[]0;title^G second line',
    );
  });
});
