import type { Session } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { type Board, createBoard } from './board.ts';
import { followStream, passingProblem } from './follow-stream.ts';
import { renderBoard } from './render-board.ts';

export interface ShowBoard {
  readonly repository: string | undefined;
  readonly signal: AbortSignal;
  readonly leave: () => void;
}

const REDRAW_MS = 500;
/** Progress grows without events. */
const LOOK_AGAIN_MS = 5_000;
const MOST_ASKED = 8;
const MOST_OPEN = 200;
const LATELY_ENDED = 10;

/** Draws the table until the signal. Whatever happens, the terminal is as it was before. */
export async function showBoard(context: CliContext, session: Session, show: ShowBoard): Promise<void> {
  const { terminal } = context;
  const { repository, signal, leave } = show;
  let board = createBoard();
  let note = 'Looking for runs.';
  let hasMore = false;
  /** What is shown may be old: it is all read again. */
  let stale = false;
  const screen = context.openScreen({ onLeave: leave, onResize: () => draw() });
  function draw(): void {
    const { columns, rows } = screen;
    const { utf8, style } = terminal;
    const view = { columns, rows, utf8, style, now: context.now(), note, hasMore };
    screen.draw(renderBoard(board.runs(), view));
  }
  const failed = Promise.withResolvers<never>();
  function onFailed(error: unknown): void {
    const problem = passingProblem(error);
    if (problem === null) return failed.reject(error);
    stale = true;
    note = problem;
    draw();
  }
  async function load(): Promise<void> {
    stale = false;
    try {
      const fresh = createBoard();
      hasMore = await fill(session, fresh, repository);
      board = fresh;
      note = '';
      draw();
    } catch (error) {
      onFailed(error);
    }
  }
  const ask = createAsking(session, () => board, onFailed);
  const timers = [
    setInterval(() => void ask().then(draw), REDRAW_MS),
    setInterval(() => (stale ? void load() : board.markChanged(movingRuns(board))), LOOK_AGAIN_MS),
  ];
  try {
    draw();
    const following = followStream(session, {
      repository,
      signal,
      onMessage(message) {
        // Read after the stream has begun, so nothing happens in between.
        if (message.event === 'ready' || message.event === 'reset') void load();
        else board.hear(message);
      },
      onLost(problem) {
        note = problem;
        draw();
      },
    });
    await Promise.race([following, failed.promise]);
  } finally {
    for (const timer of timers) clearInterval(timer);
    screen.close();
  }
}

/** Whether more runs go on than these. */
async function fill(session: Session, board: Board, repository: string | undefined): Promise<boolean> {
  const about = repository === undefined ? {} : { repository };
  const open = await session.api.listRuns({
    ...about,
    states: ['queued', 'starting', 'running', 'waiting'],
    limit: MOST_OPEN,
  });
  const lately = await session.api.listRuns({ ...about, limit: LATELY_ENDED });
  for (const run of [...lately.runs, ...open.runs]) board.put(run);
  board.markChanged(open.runs.filter(({ state }) => state !== 'queued').map(({ id }) => id));
  return open.next !== null;
}

/** Asks for runs that changed, a few at a time and never twice at once. */
function createAsking(session: Session, board: () => Board, onFailed: (error: unknown) => void) {
  let asking = false;
  return async () => {
    if (asking) return;
    asking = true;
    try {
      const current = board();
      const found = await Promise.all(current.takeChanged(MOST_ASKED).map((id) => session.api.run(id)));
      for (const details of found) current.detail(details);
    } catch (error) {
      onFailed(error);
    } finally {
      asking = false;
    }
  };
}

function movingRuns(board: Board): string[] {
  return board
    .runs()
    .filter(({ view }) => view.state === 'running')
    .slice(0, MOST_ASKED * 4)
    .map(({ view }) => view.id);
}
