import type { RunView } from '../../api/contract.ts';
import { endsByItself, type RunState } from '../../domain/run-state.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean, oneLine } from '../clean.ts';
import type { Style, Terminal } from '../terminal.ts';
import { asCalled, nextCommands } from './next-commands.ts';
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
    return filtered ? 'No run is in that state.' : noRunsYet({ program, flags });
  }
  const titleWidth = Math.max(20, terminal.columns - 56);
  const rows = runs.map((run) => [
    run.id,
    paintState(run.state, terminal.style)(stateText(run)),
    formatDuration(now.getTime() - Date.parse(run.createdAt)),
    run.durationMs === null ? '' : formatDuration(run.durationMs),
    oneLine(run.spec.ticket.title, titleWidth),
  ]);
  const table = renderTable(['RUN', 'STATE', 'AGE', 'TOOK', 'TICKET'], rows, terminal.style);
  return [table, ...needsYou(runs, { program, flags })].join('\n');
}

export function noRunsYet({ program, flags }: Pick<RunTableOptions, 'program' | 'flags'>): string {
  return `No runs yet. Start one with: ${program} run --repo . --title "What should be different afterwards"${flags}`;
}

const MOST_NEEDS = 5;

/** What waits for a person, each with the command that looks into it. */
function needsYou(
  runs: readonly RunView[],
  { program, flags }: Pick<RunTableOptions, 'program' | 'flags'>,
): string[] {
  const waiting = runs.filter(({ state, waitReason }) => state === 'waiting' && !endsByItself(waitReason));
  if (waiting.length === 0) return [];
  const lines = waiting.slice(0, MOST_NEEDS).flatMap((run) => {
    const [first] = nextCommands(run, { flags, saved: false });
    const what = clean(run.waitDetail?.reason ?? `It waits for ${run.waitReason}.`).split('\n')[0] ?? '';
    return first ? [`  ${run.id}  ${what}  ${asCalled(first[0], program)}`] : [];
  });
  const more = waiting.length - lines.length;
  return ['', 'Needs you:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
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
