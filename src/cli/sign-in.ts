import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Role } from '../domain/role.ts';
import { formatDuration } from '../lib/deadline.ts';
import { oneLine } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderTable } from './render/table.ts';
import { withSession } from './with-session.ts';

export interface SignInOptions extends CommonOptions {
  readonly name?: string;
  readonly role: Role;
  readonly list?: true;
  readonly end?: string;
}

/** `runyard sign-in`. */
export function signInCommand(context: CliContext, options: SignInOptions): Promise<ExitCode> {
  if (options.end !== undefined) return endSession(context, options.end, options);
  return options.list ? listSessions(context, options) : printSignInLink(context, options);
}

/** Needs a server that stays, because the link leads to it. */
async function printSignInLink(context: CliContext, options: SignInOptions): Promise<ExitCode> {
  const { terminal, user } = context;
  return withSession(context, { options, drive: false }, async ({ api, own }) => {
    if (own) throw runyardError('cli.no-server', {});
    const { name = user, role } = options;
    const link = await api.access.createSignInLink({ name, role });
    if (options.json) terminal.out(JSON.stringify(link));
    else {
      terminal.out(link.url);
      terminal.err(`Signs ${name} in as ${role}, once, until ${link.expiresAt.slice(11, 16)} UTC.`);
    }
    return exitCodes.succeeded.code;
  });
}

async function listSessions(context: CliContext, options: SignInOptions): Promise<ExitCode> {
  const { terminal, now } = context;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const answer = await api.access.sessions();
    const rows = answer.sessions.map((session) => [
      session.id,
      session.role,
      `${formatDuration(now().getTime() - Date.parse(session.lastSeenAt))} ago`,
      session.expiresAt.slice(0, 10),
      oneLine(session.address, 40),
      oneLine(session.name, 60),
    ]);
    if (options.json) terminal.out(JSON.stringify(answer));
    else if (rows.length === 0) terminal.out('Nobody is signed in.');
    else terminal.out(renderTable(['SESSION', 'ROLE', 'SEEN', 'ENDS', 'FROM', 'NAME'], rows, terminal.style));
    return exitCodes.succeeded.code;
  });
}

async function endSession(context: CliContext, id: string, options: SignInOptions): Promise<ExitCode> {
  const { terminal } = context;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const answer = await api.access.endSession(id);
    if (options.json) terminal.out(JSON.stringify(answer));
    else terminal.out(answer.ended ? `Ended: ${oneLine(id, 64)}.` : 'No session of that id is open.');
    return exitCodes.succeeded.code;
  });
}
