import type { ApiClient, McpBackend } from '../api/client.ts';
import type { Config } from '../config/schema.ts';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { connectControlPlane, type Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { loadSettings } from './load-settings.ts';
import { repositoryOf } from './start-run.ts';

/**
 * `runyard mcp`: an MCP server on stdin and stdout, until the client closes stdin. The control plane is looked for, or started, with the first
 * call: clients start servers only to ask what they are.
 */
export async function serveMcp(context: CliContext, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadSettings(context, options);
  const interruption = listenForInterruption(context);
  const ended = new AbortController();
  const lazy = lazySession(context, config);
  try {
    return await interruption.orCancelled(async () => {
      await context.services.serveMcp(backendOf(context, lazy), ended.signal);
      return exitCodes.succeeded.code;
    });
  } finally {
    ended.abort();
    await lazy.close();
    interruption.release();
  }
}

interface LazySession {
  get(): Promise<Session>;
  close(): Promise<void>;
}

function lazySession(context: CliContext, config: Config): LazySession {
  const { terminal } = context;
  const onLog = (line: string) => {
    if (line.startsWith('error')) terminal.err(line);
  };
  let opening: Promise<Session> | null = null;
  return {
    get() {
      opening ??= connectControlPlane(context, { config, drive: true, client: 'mcp', onLog }).catch(
        (error: unknown) => {
          // What kept it from starting may be mended by the next call.
          opening = null;
          throw error;
        },
      );
      return opening;
    },
    async close() {
      const session = await opening?.catch(() => null);
      await session?.close();
    },
  };
}

function backendOf(context: CliContext, lazy: LazySession): McpBackend {
  return {
    by: `${context.user} (mcp)`,
    repositoryOf: (written) => repositoryOf(written, context.cwd, 'mcp'),
    write: async (ask) => ask((await lazy.get()).api),
    async read<T>(ask: (api: ApiClient) => Promise<T>): Promise<T> {
      const session = await lazy.get();
      try {
        return await ask(session.api);
      } catch (error) {
        if (!isGone(error) || session.closed) throw error;
        await session.reconnect();
        return ask(session.api);
      }
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof RunyardError && error.code === 'cli.control-plane-unreachable';
}
