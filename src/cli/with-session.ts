import type { Config } from '../config/schema.ts';
import { type ConnectOptions, connectControlPlane, type Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { loadSettings } from './load-settings.ts';

export interface SessionOptions extends Pick<ConnectOptions, 'drive'> {
  readonly options: CommonOptions;
  /** Loaded already; otherwise it is loaded here. */
  readonly config?: Config;
}

/** Connects, works, and ends what was started for it, whatever happens and whenever a signal comes. */
export async function withSession(
  context: CliContext,
  request: SessionOptions,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = request.config ?? (await loadSettings(context, request.options)).config;
  const interruption = listenForInterruption(context);
  try {
    const session = await connectControlPlane(context, {
      config,
      drive: request.drive,
      onLog: (line) => {
        if (line.startsWith('error')) context.terminal.err(context.terminal.style.dim(line));
      },
    });
    try {
      return await interruption.orCancelled(() => work(session));
    } finally {
      await session.close();
    }
  } finally {
    interruption.release();
  }
}
