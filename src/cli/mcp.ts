import type { ApiClient, McpBackend } from '../api/client.ts';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { repositoryOf } from './start-run.ts';
import { withSession } from './with-session.ts';

/** `runyard mcp`: an MCP server on stdin and stdout, until the client closes stdin. */
export async function serveMcp(context: CliContext, options: CommonOptions): Promise<ExitCode> {
  return withSession(context, { options, drive: true }, async (session) => {
    await context.services.serveMcp(backendOf(context, session));
    return exitCodes.succeeded.code;
  });
}

function backendOf(context: CliContext, session: Session): McpBackend {
  return {
    by: `${context.user} (mcp)`,
    repositoryOf: (written) => repositoryOf(written, context.cwd, 'mcp'),
    write: (ask) => ask(session.api),
    async read<T>(ask: (api: ApiClient) => Promise<T>): Promise<T> {
      try {
        return await ask(session.api);
      } catch (error) {
        const gone = error instanceof RunyardError && error.code === 'cli.control-plane-unreachable';
        if (!gone || session.closed) throw error;
        await session.reconnect();
        return ask(session.api);
      }
    },
  };
}
