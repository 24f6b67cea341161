import type { TokenView } from '../api/contract.ts';
import { rotationDays } from '../domain/actor.ts';
import type { Role } from '../domain/role.ts';
import { formatDuration } from '../lib/deadline.ts';
import { oneLine } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderTable } from './render/table.ts';
import { withSession } from './with-session.ts';

export interface CreateTokenOptions extends CommonOptions {
  readonly role: Role;
  readonly expires: number;
}

export async function createToken(
  context: CliContext,
  name: string,
  options: CreateTokenOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const { role, expires: expiresInDays } = options;
    const made = await api.access.createToken({ name, role, expiresInDays });
    if (options.json) terminal.out(JSON.stringify(made));
    else {
      terminal.out(made.secret);
      const { id, expiresAt } = made.token;
      terminal.err(
        `Token ${id}, ${role}, until ${expiresAt.slice(0, 10)}. It is shown this once; send it as "Authorization: Bearer <token>".`,
      );
    }
    return exitCodes.succeeded.code;
  });
}

export async function listTokens(context: CliContext, options: CommonOptions): Promise<ExitCode> {
  const { terminal } = context;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const answer = await api.access.tokens({});
    if (options.json) terminal.out(JSON.stringify(answer));
    else terminal.out(renderTokens(answer.tokens, context));
    const old = answer.tokens.filter(({ isOld }) => isOld);
    if (!options.json && old.length > 0)
      terminal.err(
        `${terminal.style.yellow('warning:')} older than ${rotationDays} days: ${old.map(({ name }) => oneLine(name, 40)).join(', ')}. ` +
          `Make a new one, give it to whoever uses the old one, and revoke that: ${context.program} token revoke <id>`,
      );
    return exitCodes.succeeded.code;
  });
}

export async function revokeToken(
  context: CliContext,
  id: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const answer = await api.access.revokeToken(id);
    if (options.json) terminal.out(JSON.stringify(answer));
    else terminal.out(`Revoked: ${answer.token.id} (${oneLine(answer.token.name, 60)}).`);
    return exitCodes.succeeded.code;
  });
}

function renderTokens(tokens: readonly TokenView[], { terminal, program, now }: CliContext): string {
  if (tokens.length === 0)
    return `No tokens yet. Make one with: ${program} token create <name> --role operator`;
  const { style } = terminal;
  const age = (at: string) => formatDuration(now().getTime() - Date.parse(at));
  const rows = tokens.map((token) => [
    token.id,
    token.role,
    token.state === 'active' ? style.green('active') : style.dim(token.state),
    token.isOld ? style.yellow(`${token.ageDays}d`) : `${token.ageDays}d`,
    token.lastUsedAt === null ? 'never' : `${age(token.lastUsedAt)} ago`,
    token.expiresAt.slice(0, 10),
    oneLine(token.name, 60),
  ]);
  return renderTable(['ID', 'ROLE', 'STATE', 'AGE', 'USED', 'EXPIRES', 'NAME'], rows, style);
}
