import { type EventType, eventTypeSchema, type RunEvent } from '../../domain/events.ts';
import { eventTypesOf, type LogLine, plainLogLine, toLogLines } from '../../domain/log-lines.ts';
import type { Run } from '../../domain/run.ts';
import { readEventsOfTypes } from '../../events/read-events-of-types.ts';
import type { Db } from '../../store/schema.ts';
import type { LogQuery, LogResponse } from '../contract.ts';
import { isSettled } from '../is-settled.ts';

/** A page is cut after the event with which it becomes larger. */
const LARGEST_PAGE_CHARACTERS = 1024 * 1024;
const DOWNLOAD_PAGE = 500;

/** What is read from the events of a run as it goes on; nothing is ever held whole. */
export async function logPage(db: Db, run: Run, query: LogQuery): Promise<LogResponse> {
  const { source, after, limit } = query;
  const found = await eventsOf(db, run.id, { source, after, limit: limit + 1 });
  const lines: LogLine[] = [];
  let size = 0;
  let next = after;
  let used = 0;
  for (const event of found.slice(0, limit)) {
    if (size > LARGEST_PAGE_CHARACTERS) break;
    const own = toLogLines(event);
    lines.push(...own);
    size += own.reduce((total, { text }) => total + text.length, 0);
    next = event.seq;
    used += 1;
  }
  const more = used < found.length;
  return {
    lines: lines.map(({ at, ...line }) => ({ ...line, at: at.toISOString() })),
    next,
    more,
    ended: !more && isSettled(run),
  };
}

/** The log as text, page by page as it is taken. */
export async function* logText(
  db: Db,
  runId: string,
  source: LogQuery['source'],
): AsyncGenerator<string, void, void> {
  for (let after = 0; ; ) {
    const events = await eventsOf(db, runId, { source, after, limit: DOWNLOAD_PAGE });
    const text = events.flatMap((event) => toLogLines(event).map((line) => `${plainLogLine(line)}\n`));
    if (text.length > 0) yield text.join('');
    const last = events.at(-1);
    if (!last || events.length < DOWNLOAD_PAGE) return;
    after = last.seq;
  }
}

const allTypes: readonly EventType[] = eventTypeSchema.options;

function eventsOf(
  db: Db,
  runId: string,
  { source, ...range }: { source: LogQuery['source']; after: number; limit: number },
): Promise<RunEvent[]> {
  const types = source === 'all' ? allTypes : eventTypesOf(source, allTypes);
  return readEventsOfTypes(db, runId, { types, ...range });
}
