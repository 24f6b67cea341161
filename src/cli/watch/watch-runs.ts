import type { Streamed } from '../../api/client.ts';
import type { Session } from '../connect.ts';
import type { CliContext } from '../context.ts';
import type { CommonOptions } from '../define-command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withSession } from '../with-session.ts';
import { describeChange } from './describe-change.ts';
import { followStream } from './follow-stream.ts';
import { showBoard } from './show-board.ts';

export type WatchRunsOptions = CommonOptions & { readonly repository?: string };

/** `runyard watch`: until q, Ctrl-C or TERM, which are its usual end. */
export async function watchRuns(context: CliContext, options: WatchRunsOptions): Promise<ExitCode> {
  return withSession(context, { options, drive: false }, async (session) => {
    const left = new AbortController();
    const release = context.onInterrupt(() => {
      left.abort();
      return 'taken';
    });
    try {
      const watch = { repository: options.repository, signal: left.signal };
      if (context.terminal.live && !options.json)
        await showBoard(context, session, { ...watch, leave: () => left.abort() });
      else await printChanges(context, session, { ...watch, json: options.json === true });
      return exitCodes.succeeded.code;
    } finally {
      release();
    }
  });
}

interface Printing {
  readonly repository: string | undefined;
  readonly signal: AbortSignal;
  readonly json: boolean;
}

async function printChanges(
  { terminal }: CliContext,
  session: Session,
  { repository, signal, json }: Printing,
): Promise<void> {
  const print = (message: Streamed) => {
    const line = json ? jsonLine(message) : describeChange(message, terminal.columns);
    if (line !== null) terminal.out(line);
  };
  await followStream(session, {
    repository,
    signal,
    onMessage: print,
    onLost: (problem) => terminal.err(problem),
  });
}

/** `ready` comes once more after each reconnection, and says nothing to a program that reads lines. */
function jsonLine({ event, data }: Streamed): string | null {
  return event === 'ready' ? null : JSON.stringify({ event, data });
}
