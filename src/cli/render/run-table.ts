import type { RunView } from '../../api/contract.ts';
import type { RunState } from '../../domain/run-state.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { oneLine } from '../clean.ts';
import type { Style, Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';

export interface RunTableOptions {
  readonly terminal: Terminal;
  readonly now: Date;
  readonly program: string;
  readonly flags: string;
  readonly filtered: boolean;
}

export function renderRuns(
  runs: readonly RunView[],
  { terminal, now, program, flags, filtered }: RunTableOptions,
): string {
  if (runs.length === 0) {
    return filtered
      ? 'No run is in that state.'
      : `No runs yet. Start one with: ${program} run --repo . --title "What should be different afterwards"${flags}`;
  }
  const titleWidth = Math.max(20, terminal.columns - 56);
  const rows = runs.map((run) => [
    run.id,
    paintState(run.state, terminal.style)(stateText(run)),
    formatDuration(now.getTime() - Date.parse(run.createdAt)),
    run.durationMs === null ? '' : formatDuration(run.durationMs),
    oneLine(run.spec.ticket.title, titleWidth),
  ]);
  return renderTable(['RUN', 'STATE', 'AGE', 'TOOK', 'TICKET'], rows, terminal.style);
}

export function stateText({ state, stage, waitReason, delivery }: RunView): string {
  if (state === 'running' && stage) return `running: ${stage}`;
  if (state === 'waiting' && waitReason) return `waiting: ${waitReason}`;
  if (state === 'succeeded' && delivery?.verified === false) return 'unverified';
  return state.replace('_', ' ');
}

export function paintState(state: RunState, style: Style): (text: string) => string {
  if (state === 'succeeded') return style.green;
  if (state === 'failed' || state === 'timed_out' || state === 'cancelled') return style.red;
  return state === 'waiting' ? style.yellow : style.cyan;
}
