import { type EventType, eventTypeSchema, type RunEvent } from '../../domain/events.ts';
import { eventTypesOf, type LogLine, plainLogLine, toLogLines } from '../../domain/log-lines.ts';
import type { Run } from '../../domain/run.ts';
import { readEventsOfTypes } from '../../events/read-events-of-types.ts';
import type { Db } from '../../store/schema.ts';
import type { LogQuery, LogResponse } from '../contract.ts';
import { isSettled } from '../is-settled.ts';

/** A page is cut after the event with which it becomes larger. */
const LARGEST_PAGE_BYTES = 1024 * 1024;
/** What a line takes besides its text. */
const LINE_BYTES = 130;
/** Events that are read at once: at most about 1 MB. */
const CHUNK = 200;

/** What is read from the events of a run as it goes on; nothing is ever held whole. */
export async function logPage(db: Db, run: Run, query: LogQuery): Promise<LogResponse> {
  const { source, limit } = query;
  const page: Page = { lines: [], bytes: 0, events: 0, next: query.after };
  let more = true;
  while (more && page.events < limit && page.bytes < LARGEST_PAGE_BYTES) {
    const wanted = Math.min(CHUNK, limit - page.events);
    // One more than wanted tells whether anything follows.
    const found = await eventsOf(db, run.id, { source, after: page.next, limit: wanted + 1 });
    const taken = take(page, found.slice(0, wanted));
    more = taken < found.length;
  }
  return {
    lines: page.lines.map(({ at, ...line }) => ({ ...line, at: at.toISOString() })),
    next: page.next,
    more,
    ended: !more && isSettled(run),
  };
}

interface Page {
  readonly lines: LogLine[];
  bytes: number;
  events: number;
  next: number;
}

/** Puts events on the page until it is full; gives how many. */
function take(page: Page, events: readonly RunEvent[]): number {
  let taken = 0;
  for (const event of events) {
    if (page.bytes >= LARGEST_PAGE_BYTES) break;
    const lines = toLogLines(event);
    page.lines.push(...lines);
    page.bytes += lines.reduce((total, { text }) => total + text.length + LINE_BYTES, 0);
    page.events += 1;
    page.next = event.seq;
    taken += 1;
  }
  return taken;
}

/** The log as text, page by page as it is taken. */
export async function* logText(
  db: Db,
  runId: string,
  source: LogQuery['source'],
): AsyncGenerator<string, void, void> {
  for (let after = 0; ; ) {
    const events = await eventsOf(db, runId, { source, after, limit: CHUNK });
    const text = events.flatMap((event) => toLogLines(event).map((line) => `${plainLogLine(line)}\n`));
    if (text.length > 0) yield text.join('');
    const last = events.at(-1);
    if (!last || events.length < CHUNK) return;
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
