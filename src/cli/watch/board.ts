import type { RunDetails, RunView, StreamMessage } from '../../api/contract.ts';
import { isTerminal } from '../../domain/run-state.ts';

export interface BoardRun {
  readonly view: RunView;
  /** null: not asked for yet. */
  readonly details: RunDetails | null;
}

/**
 * What a person watches: runs that go on, and those that ended lately. Events only say which runs changed; what they are now is asked for, so a
 * missed or repeated event makes nothing wrong.
 */
export interface Board {
  /** In the order of the table: those that go on, the oldest first, then the ended ones, the newest first. */
  runs(): readonly BoardRun[];
  put(view: RunView): void;
  detail(details: RunDetails): void;
  hear(message: StreamMessage): void;
  /** Takes the runs that are to be asked for, at most so many. */
  takeChanged(most: number): readonly string[];
  markChanged(ids: Iterable<string>): void;
}

const MOST_ENDED = 50;

export function createBoard(): Board {
  const shown = new Map<string, BoardRun>();
  const changed = new Set<string>();

  function put(view: RunView, details: RunDetails | null): void {
    shown.set(view.id, { view, details: details ?? shown.get(view.id)?.details ?? null });
    const ended = [...shown.values()].filter((run) => hasEnded(run)).sort(byEnd);
    for (const { view: old } of ended.slice(MOST_ENDED)) shown.delete(old.id);
  }

  return {
    runs() {
      const all = [...shown.values()];
      const going = all.filter((run) => !hasEnded(run)).sort(byAcceptance);
      return [...going, ...all.filter(hasEnded).sort(byEnd)];
    },
    put: (view) => put(view, null),
    detail: (details) => put(details.run, details),
    hear(message) {
      if (message.event === 'run') changed.add(message.data.runId);
    },
    takeChanged(most) {
      const taken = [...changed].slice(0, most);
      for (const id of taken) changed.delete(id);
      return taken;
    },
    markChanged(ids) {
      for (const id of ids) changed.add(id);
    },
  };
}

function hasEnded({ view }: BoardRun): boolean {
  return isTerminal(view.state);
}

function byAcceptance(a: BoardRun, b: BoardRun): number {
  return a.view.createdAt.localeCompare(b.view.createdAt) || a.view.id.localeCompare(b.view.id);
}

function byEnd(a: BoardRun, b: BoardRun): number {
  return (b.view.endedAt ?? '').localeCompare(a.view.endedAt ?? '') || a.view.id.localeCompare(b.view.id);
}
