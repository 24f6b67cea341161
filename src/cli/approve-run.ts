import type { ApproveRequest } from '../api/contract.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { sameDataFlags } from './render/next-commands.ts';
import { watchRun } from './watch-run.ts';
import { withSession } from './with-session.ts';

export interface ApproveOptions {
  readonly plan?: string;
  readonly unverified?: string;
  readonly follow?: true;
}

/** `runyard approve`: the approval, then the run to its end where nobody else would drive it. */
export async function approveRun(
  context: CliContext,
  id: string,
  options: ApproveOptions & CommonOptions,
): Promise<ExitCode> {
  const request = requestOf(options, context.user);
  return withSession(context, { options, drive: true }, async (session) => {
    const after = await lastEvent(session, id);
    const { run } = await session.api.approve(id, request);
    if (session.own || options.follow) return watchRun(context, session, { run, after, options });
    const { terminal, program } = context;
    if (options.json) terminal.out(JSON.stringify({ run }));
    else
      terminal.out(
        `Approved. The server takes run ${run.id} up again; follow it with: ${program} logs ${run.id} --follow${sameDataFlags(options)}`,
      );
    return exitCodes.succeeded.code;
  });
}

function requestOf({ plan, unverified }: ApproveOptions, by: string): ApproveRequest {
  const help = 'runyard approve --help';
  if (plan !== undefined && unverified !== undefined) {
    throw runyardError('cli.usage', { problem: '--plan and --unverified exclude each other.', help });
  }
  if (plan !== undefined) return { planHash: plan, by };
  if (unverified !== undefined) return { unverifiedCommit: unverified, by };
  throw runyardError('cli.usage', {
    problem: 'Say what is approved: --plan <hash> or --unverified <commit>.',
    help,
  });
}

/** What happened before the approval has been seen; the report starts after it. */
async function lastEvent({ api }: Session, id: string): Promise<number> {
  for (let after = 0; ; ) {
    const { events } = await api.events(id, { after });
    const last = events.at(-1);
    if (!last) return after;
    after = last.seq;
  }
}
