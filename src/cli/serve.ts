import { prepareDataFolder } from '../config/data-folder.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import { sameDataFlags } from './render/next-commands.ts';

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly drain?: string;
}

/** `runyard serve`: a control plane until a signal comes. */
export async function serve(context: CliContext, options: ServeOptions & CommonOptions): Promise<ExitCode> {
  const { terminal, env, services } = context;
  const loaded = await loadSettings(context, options);
  const { config } = loaded;
  await prepareDataFolder(config.dataDir);
  await services.requireReady(config, env);
  const log = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    const at = context.now().toISOString();
    terminal.out(options.json ? JSON.stringify({ at, message, ...fields }) : `${at}  ${message}`);
  };
  // Heard from here on: a signal that comes while it starts must not leave a database behind.
  const { ended, hurry, release } = interruption(context, log);
  const controlPlane = await services
    .startControlPlane({ config, loaded, env, onLog: (line) => log(line), drive: true })
    .catch((error: unknown) => {
      release();
      throw error;
    });
  log(`Runyard ${context.version} serves ${config.dataDir} at ${controlPlane.url}`, {
    url: controlPlane.url,
    dataDir: config.dataDir,
  });
  // Where nobody looks on, what is printed is a log, and no log may have a way in.
  const signIn = terminal.isTerminal && !options.json ? await controlPlane.firstSignInLink() : null;
  if (!options.json) {
    if (signIn !== null) terminal.out(`Sign in, once, within ten minutes:  ${signIn}`);
    else terminal.out(`Sign in to the dashboard:  ${context.program} sign-in${sameDataFlags(options)}`);
    terminal.out(
      `Start a run:  ${context.program} run --repo . --title "What should be different afterwards"${sameDataFlags(options)}`,
    );
    terminal.out('End it with Ctrl-C; unfinished runs resume at the next start.');
  }
  await ended;
  await controlPlane.drain({ limitMs: config.server.drainMs, hurry, onLog: log });
  await controlPlane.stop();
  log('Ended.');
  return exitCodes.succeeded.code;
}

interface Interruption {
  /** Resolves at the first signal. */
  readonly ended: Promise<void>;
  /** Aborts at the second. */
  readonly hurry: AbortSignal;
  /** Signals do again what they do by themselves. */
  readonly release: () => void;
}

/** The first signal lets runs end, a second one hands them over, a third one leaves at once. */
function interruption(context: CliContext, log: (message: string) => void): Interruption {
  const ended = Promise.withResolvers<void>();
  const hurry = new AbortController();
  let times = 0;
  const release = context.onInterrupt(() => {
    times++;
    if (times === 1) {
      log('Ending: nothing new is accepted. Once more hands over the runs in flight.');
      ended.resolve();
    } else if (times === 2) {
      log('Handing over the runs in flight: they resume at the next start. Once more leaves at once.');
      hurry.abort();
    } else {
      log('Leaving at once. Unfinished runs resume at the next start.');
      context.exitNow(exitCodes.cancelled.code);
    }
    return 'taken';
  });
  return { ended: ended.promise, hurry: hurry.signal, release };
}
