import type { RunResponse } from '../api/contract.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { sameDataFlags } from './render/next-commands.ts';
import { watchRun } from './watch-run.ts';
import { withSession } from './with-session.ts';

export interface Deciding {
  readonly id: string;
  readonly options: CommonOptions & { readonly follow?: true };
  /** What was done, in a word or two: `Approved`. */
  readonly done: string;
  readonly decide: (session: Session) => Promise<RunResponse>;
}

/** Tells the control plane what a person decided; then, where nobody else would drive the run, drives it until it stops again. */
export async function decideAndGoOn(
  context: CliContext,
  { id, options, done, decide }: Deciding,
): Promise<ExitCode> {
  return withSession(context, { options, drive: true }, async (session) => {
    const after = await lastEvent(session, id);
    const { run } = await decide(session);
    if (session.own || options.follow) return watchRun(context, session, { run, after, options });
    const { terminal, program } = context;
    if (options.json) terminal.out(JSON.stringify({ run }));
    else
      terminal.out(
        `${done}. The server takes run ${run.id} up again; follow it with: ${program} logs ${run.id} --follow${sameDataFlags(options)}`,
      );
    return exitCodes.succeeded.code;
  });
}

/** What happened before the decision has been seen; the report starts after it. */
async function lastEvent({ api }: Session, id: string): Promise<number> {
  for (let after = 0; ; ) {
    const { events } = await api.events(id, { after });
    const last = events.at(-1);
    if (!last) return after;
    after = last.seq;
  }
}
