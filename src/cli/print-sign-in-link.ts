import { runyardError } from '../domain/errors/runyard-error.ts';
import type { SignInOptions } from './commands/sign-in.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { withSession } from './with-session.ts';

/** `runyard sign-in`: needs a server that stays, because the link leads to it. */
export async function printSignInLink(context: CliContext, options: SignInOptions): Promise<ExitCode> {
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
