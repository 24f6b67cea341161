import type { RunView } from '../../api/contract.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { oneLine } from '../clean.ts';
import { paintState, stateText } from '../render/run-table.ts';
import type { Style } from '../terminal.ts';
import type { BoardRun } from './board.ts';

export interface BoardView {
  readonly columns: number;
  readonly rows: number;
  readonly utf8: boolean;
  readonly style: Style;
  readonly now: Date;
  /** What is said of the connection; empty: all is well. */
  readonly note: string;
  /** More runs go on than were asked for. */
  readonly hasMore: boolean;
}

interface Column {
  readonly name: string;
  /** Fixed, so that nothing jumps; the last column has what is left. */
  readonly width: number;
  readonly cell: (run: BoardRun, view: BoardView, width: number) => string;
  readonly paint?: (run: BoardRun, style: Style) => (text: string) => string;
  /** Narrower terminals do without it. */
  readonly from: number;
}

const BAR = 10;

const columns: readonly Column[] = [
  { name: 'RUN', width: 12, from: 0, cell: ({ view }) => view.id },
  {
    name: 'STATE',
    width: 18,
    from: 34,
    cell: ({ view }) => stateText(view),
    paint: ({ view }, style) => paintState(view.state, style),
  },
  { name: 'PROGRESS', width: BAR + 5, from: 64, cell: progressCell },
  {
    name: 'TIME',
    width: 8,
    from: 46,
    cell: ({ view }, { now }) =>
      formatDuration(view.durationMs ?? Math.max(0, now.getTime() - Date.parse(view.createdAt))).replace(
        /\.\d+s$/,
        's',
      ),
  },
  { name: 'COST', width: 8, from: 90, cell: ({ view }) => costOf(view) },
  {
    name: 'WAITS FOR / TICKET',
    width: 0,
    from: 0,
    cell: (run, _view, width) => oneLine(aboutOf(run), width),
  },
];

const GAP = 2;
/** Of the head and the foot. */
const OTHER_LINES = 4;
/** Below this a table says nothing. */
const NARROWEST = 16;

/** One screen: never wider or higher than the terminal, and every column where it was. */
export function renderBoard(runs: readonly BoardRun[], view: BoardView): string[] {
  const width = Math.max(NARROWEST, view.columns - 1);
  const shown = columns.filter(({ from }) => width >= from);
  const room = Math.max(1, view.rows - OTHER_LINES);
  const left = width - shown.slice(0, -1).reduce((sum, column) => sum + column.width + GAP, 0);
  const line = (run: BoardRun) =>
    shown
      .map((column) => cellOf(column, run, { view, left }))
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = shown.map(({ name, width: own }) => fit(name, own === 0 ? left : own)).join(' '.repeat(GAP));
  const more = runs.length - room;
  const counts = countsOf(runs.map((run) => run.view.state)) + (view.hasMore ? ', and more' : '');
  const foot = view.note === '' ? `q leaves${more > 0 ? `; ${more} more runs do not fit` : ''}` : view.note;
  return [
    fit(`Runs: ${counts}`, width).trimEnd(),
    view.style.dim(head.trimEnd()),
    ...(runs.length === 0 ? ['No run goes on.'] : runs.slice(0, room).map(line)),
    '',
    view.style.dim(fit(foot, width).trimEnd()),
  ];
}

function cellOf(
  { width, cell, paint }: Column,
  run: BoardRun,
  { view, left }: { view: BoardView; left: number },
): string {
  const own = width === 0 ? left : width;
  const text = fit(cell(run, view, own), own);
  return paint ? paint(run, view.style)(text) : text;
}

function fit(text: string, width: number): string {
  return text.slice(0, Math.max(0, width)).padEnd(Math.max(0, width));
}

function progressCell({ view, details }: BoardRun, { utf8 }: BoardView): string {
  const fraction = view.state === 'succeeded' ? 1 : (details?.progress?.fraction ?? null);
  if (fraction === null || (view.endedAt !== null && fraction < 1)) return '';
  const full = Math.round(fraction * BAR);
  const [on, off] = utf8 ? ['\u2588', '\u2591'] : ['#', '.'];
  return `${on.repeat(full)}${off.repeat(BAR - full)} ${String(Math.floor(fraction * 100)).padStart(3)}%`;
}

function costOf({ cost }: RunView): string {
  return `${cost.status === 'unknown' ? '>' : ''}$${cost.usd.toFixed(2)}`;
}

function aboutOf({ view, details }: BoardRun): string {
  const { title } = view.spec.ticket;
  if (view.error) return `${view.error.what} (${title})`;
  const wait = details?.waits[0];
  return wait && view.state === 'waiting' ? `${wait.what} (${title})` : title;
}

function countsOf(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${count} ${state.replace('_', ' ')}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
