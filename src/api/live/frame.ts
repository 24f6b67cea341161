import { formatLogPosition, type LogPosition } from '../../events/log-position.ts';
import type { LogEntry } from '../../events/read-log.ts';

/** An event as viewers get it, written once for all of them. */
export interface Frame {
  readonly type: string;
  /** null: a system event. */
  readonly runId: string | null;
  readonly repository: string | null;
  readonly text: string;
  readonly position: LogPosition | null;
}

/** What a viewer wants; what is absent lets everything through. */
export interface FrameFilter {
  readonly types: ReadonlySet<string> | null;
  readonly runs: ReadonlySet<string> | null;
  readonly repository: string | null;
}

export function frameOf(entry: LogEntry): Frame {
  const { type, runId, repository, position } = entry;
  const id = position ? `id: ${formatLogPosition(position)}\n` : '';
  const event = runId === null ? 'system' : 'run';
  return { type, runId, repository, position, text: `${id}event: ${event}\ndata: ${dataOf(entry)}\n\n` };
}

/** Nothing but its id: a viewer that reconnects does not go back to what it did not want. */
export function placeFrame(position: LogPosition, comment = ''): string {
  return `${comment}id: ${formatLogPosition(position)}\n\n`;
}

export function fits({ types, runs, repository }: FrameFilter, frame: Frame): boolean {
  if (types && !types.has(frame.type)) return false;
  if (runs && (frame.runId === null || !runs.has(frame.runId))) return false;
  return repository === null || frame.repository === repository;
}

/** The data is JSON already, and JSON has no line breaks of its own. */
function dataOf({ runId, repository, subject, number, at, type, json }: LogEntry): string {
  const about =
    runId === null
      ? { id: number, at: at.toISOString(), type, subject }
      : { runId, seq: number, at: at.toISOString(), type, repository };
  return `${JSON.stringify(about).slice(0, -1)},"data":${json}}`;
}
