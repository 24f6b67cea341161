import { setTimeout as delay } from 'node:timers/promises';
import { mostEventsPerPage, type SystemEventView } from '../api/contract.ts';
import { clean } from './clean.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { withSession } from './with-session.ts';

export interface EventsOptions extends CommonOptions {
  readonly limit: number;
  readonly type?: string;
  readonly subject?: string;
  readonly follow?: true;
}

const LOOK_EVERY_MS = 2_000;

/** `runyard events`: what happened to the system, the newest at the end. */
export async function printSystemEvents(context: CliContext, options: EventsOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { type, subject, limit } = options;
  const about = { ...(type && { type }), ...(subject && { subject }) };
  const print = (event: SystemEventView) =>
    terminal.out(options.json ? JSON.stringify(event) : inWords(event, terminal.style.dim));
  return withSession(context, { options, drive: false }, async (session) => {
    const { events } = await session.api.systemEvents({ ...about, limit });
    for (const event of events.toReversed()) print(event);
    if (events.length === 0 && !options.json && !options.follow) terminal.out('Nothing happened yet.');
    if (options.follow) await follow(session, { about, after: events[0]?.id ?? 0, print });
    return exitCodes.succeeded.code;
  });
}

interface Following {
  readonly about: { readonly type?: string; readonly subject?: string };
  readonly after: number;
  readonly print: (event: SystemEventView) => void;
}

/** Ends with the session, which an interruption closes. */
async function follow(session: Session, { about, after, print }: Following): Promise<void> {
  for (let last = after; !session.closed; ) {
    const { events } = await session.api.systemEvents({ ...about, after: last, limit: mostEventsPerPage });
    for (const event of events) print(event);
    last = events.at(-1)?.id ?? last;
    if (events.length < mostEventsPerPage) await delay(LOOK_EVERY_MS);
  }
}

function inWords({ at, type, subject, data }: SystemEventView, dim: (text: string) => string): string {
  return `${dim(at.slice(0, 19).replace('T', ' '))}  ${clean(type)}  ${dim(clean(subject))}\n  ${clean(data.message ?? '')}`;
}
