import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunDetails, RunView } from '../../api/contract.ts';
import { createStyle } from '../terminal.ts';
import { type BoardRun, createBoard } from './board.ts';
import { renderBoard } from './render-board.ts';

const now = new Date('2026-11-21T12:00:00.000Z');

function viewOf(id: string, changes: Partial<RunView> = {}): RunView {
  return {
    id: id.padEnd(12, '0'),
    spec: { ticket: { key: null, title: `Ticket ${id}`, body: '' } },
    state: 'running',
    stage: 'implement',
    waitReason: null,
    delivery: null,
    error: null,
    createdAt: '2026-11-21T11:58:30.000Z',
    endedAt: null,
    durationMs: null,
    cost: { usd: 1.234, status: 'known' },
    ...changes,
  } as RunView;
}

function runOf(id: string, changes: Partial<RunView> = {}, details: Partial<RunDetails> = {}): BoardRun {
  const view = viewOf(id, changes);
  return { view, details: { run: view, waits: [], progress: null, ...details } as unknown as RunDetails };
}

const progress = { fraction: 0.42, leftMs: 1, earlierRuns: 1 };
const runs = [
  runOf('aaa', {}, { progress }),
  runOf('bbb', { state: 'waiting', waitReason: 'approval' }, { waits: [{ what: 'a person' }] } as never),
  runOf('ccc', { state: 'succeeded', endedAt: now.toISOString(), durationMs: 3_700_000 }),
  runOf('ddd', { spec: { ticket: { title: `\x1b]0;bad\x07${'long '.repeat(60)}` } } as never }),
];

function screen(columns: number, { rows = 30, utf8 = false, colour = false } = {}): string[] {
  return renderBoard(runs, {
    columns,
    rows,
    utf8,
    style: createStyle(colour),
    now,
    note: '',
    hasMore: false,
  });
}

describe('the table of runyard watch', () => {
  it('says state, progress, time, cost and what a run waits for', () => {
    const lines = screen(120);
    expect(lines[0]).toBe('Runs: 2 running, 1 waiting, 1 succeeded');
    expect(lines[2]).toContain('running: implement  ####......  42%  1m 30s    $1.23     Ticket aaa');
    expect(lines[3]).toContain('waiting: approval');
    expect(lines[3]).toContain('a person (Ticket bbb)');
    expect(lines[4]).toContain('########## 100%  1h 01m');
  });

  it.each([16, 24, 40, 50, 72, 100, 200])(
    'fits %i columns, in colour too, and passes no escape on',
    (columns) => {
      for (const colour of [false, true])
        for (const line of screen(columns, { colour })) {
          const plain = stripVTControlCharacters(line);
          expect(plain.length).toBeLessThan(Math.max(columns, 17));
          expect(plain).toMatch(/^[\x20-\x7e]*$/);
        }
    },
  );

  it('has every column where it was, whatever the runs are', () => {
    const lines = screen(120);
    const starts = ['STATE', 'PROGRESS', 'TIME', 'COST', 'WAITS'].map((name) => lines[1]?.indexOf(name) ?? 0);
    for (const line of lines.slice(2, 6))
      for (const start of starts) expect(line.slice(start - 2, start)).toBe('  ');
    const [head = ''] = screen(120).slice(1);
    const lone = renderBoard([], {
      columns: 120,
      rows: 30,
      utf8: false,
      style: createStyle(false),
      now,
      note: '',
      hasMore: false,
    });
    expect(lone[1]).toBe(head);
  });

  it('fits the height and says how many are left out', () => {
    const lines = screen(100, { rows: 6 });
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(lines.at(-1)).toContain('2 more runs do not fit');
  });

  it('says that more runs go on than it has asked for', () => {
    const view = { columns: 120, rows: 30, utf8: false, style: createStyle(false), now, note: '' };
    expect(renderBoard(runs, { ...view, hasMore: true })[0]).toBe(
      'Runs: 2 running, 1 waiting, 1 succeeded, and more',
    );
  });

  it('draws bars with blocks where the terminal has them', () => {
    expect(screen(120, { utf8: true })[2]).toContain('\u2588\u2588\u2588\u2588\u2591');
  });
});

describe('the runs of the table', () => {
  it('are those that go on, the oldest first, then the ended ones, the newest first', () => {
    const board = createBoard();
    board.put(viewOf('n', { createdAt: '2026-11-21T11:59:00.000Z' }));
    board.put(viewOf('o', { createdAt: '2026-11-21T11:00:00.000Z' }));
    board.put(viewOf('e', { state: 'failed', endedAt: '2026-11-21T11:30:00.000Z' }));
    board.put(viewOf('f', { state: 'succeeded', endedAt: '2026-11-21T11:40:00.000Z' }));
    expect(board.runs().map(({ view }) => view.id[0])).toEqual(['o', 'n', 'f', 'e']);
    board.detail({
      run: viewOf('o', { state: 'succeeded', endedAt: '2026-11-21T11:50:00.000Z' }),
    } as RunDetails);
    expect(board.runs().map(({ view }) => view.id[0])).toEqual(['n', 'o', 'f', 'e']);
  });

  it('are asked for once, however many events they had', () => {
    const board = createBoard();
    const heard = (runId: string) =>
      board.hear({
        event: 'run',
        data: { runId, seq: 1, at: now.toISOString(), type: 'x', data: {}, repository: '/r' },
      });
    for (const run of ['a', 'b', 'a', 'c', 'a']) heard(run);
    expect(board.takeChanged(2)).toEqual(['a', 'b']);
    expect(board.takeChanged(2)).toEqual(['c']);
    expect(board.takeChanged(2)).toEqual([]);
  });
});
