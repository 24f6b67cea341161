import { userInfo } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import type { ProbeProvider } from '../app/doctor/check-keys.ts';
import { calledAs } from './called-as.ts';
import type { CliContext, CliServices } from './context.ts';
import { leaveInTime } from './leave-in-time.ts';
import { runCli } from './run-cli.ts';
import { createTerminal } from './terminal.ts';
import { openScreen } from './watch/screen.ts';

/** The command line's composition root: the only reader of the process, and the place where services of app/ are plugged in. */
async function main(): Promise<void> {
  // A reader that leaves early (`runyard runs | head`) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  process.exitCode = await runCli(createContext(), process.argv.slice(2));
  leaveInTime(exitNow);
}

function createContext(): CliContext {
  const { env, stdout, stderr } = process;
  return {
    terminal: createTerminal({ stdout, stderr, env }),
    stdoutIsTerminal: stdout.isTTY,
    env,
    cwd: process.cwd(),
    user: userName(),
    version: packageJson.version,
    program: calledAs({ started: env['RUNYARD_PROGRAM'], cwd: process.cwd(), searchPath: env['PATH'] }),
    services,
    readStdin,
    streamStdin: () => process.stdin,
    openScreen: (events) => openScreen({ stdout, stdin: process.stdin }, events),
    onInterrupt,
    exitNow,
    now: () => new Date(),
  };
}

/** What a process that leaves at once must not leave running. */
const databases = new Set<() => void>();

const services: CliServices = {
  async startControlPlane(request) {
    const { startControlPlane } = await import('../app/control-plane.ts');
    const { endDatabaseNow } = await import('../app/end-database-now.ts');
    const endDatabase = () => endDatabaseNow(request.config);
    const own = await startControlPlane(request);
    databases.add(endDatabase);
    return { ...own, stop: () => own.stop().finally(() => databases.delete(endDatabase)) };
  },
  async requireReady(config, env) {
    const { requireReady } = await import('../app/doctor/doctor.ts');
    return requireReady(config, env);
  },
  async findAgent(name) {
    const { findAgent } = await import('../app/doctor/check-agents.ts');
    return findAgent(name, process.env);
  },
  async doctor({ loaded, env, probe }) {
    const { runDoctor } = await import('../app/doctor/doctor.ts');
    return runDoctor({ loaded, env, probe: probe ? probeProvider : null });
  },
  async verify(request) {
    const { verifyChange } = await import('../app/verify-change.ts');
    return verifyChange(request);
  },
  async serveMcp(backend, signal) {
    const { serveMcpOverStdio } = await import('../api/mcp/stdio.ts');
    const { stdin: input, stdout: output, stderr } = process;
    const onError = (error: Error) => void stderr.write(`MCP: ${error.message}\n`);
    await serveMcpOverStdio({ backend, version: packageJson.version, input, output, signal, onError });
  },
  async chaos(request) {
    const { runChaos } = await import('../chaos/run-chaos.ts');
    return runChaos(request);
  },
};

/** The cheapest request that needs the key. */
const probeProvider: ProbeProvider = async (name, { kind, baseUrl, apiKey }) => {
  const { probeProvider: ask } = await import('../gateway/probe-provider.ts');
  const { toErrorData } = await import('../domain/errors/runyard-error.ts');
  const outcome = await ask({ name, kind, baseUrl, apiKey });
  return outcome.kind === 'accepted' ? null : toErrorData(outcome.error);
};

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in many containers.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Bounded: a ticket may have half a megabyte, so no more than a megabyte is ever kept. */
async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > 1024 * 1024) break;
  }
  return Buffer.concat(chunks);
}

function exitNow(code: number): never {
  for (const endDatabase of databases) endDatabase();
  process.exit(code);
}

const interruptHandlers: Parameters<CliContext['onInterrupt']>[0][] = [];

function interrupt(signal: NodeJS.Signals): void {
  // The newest that does not pass it on takes it.
  if (interruptHandlers.length > 0)
    return void interruptHandlers.toReversed().find((handler) => handler() === 'taken');
  // Its work is done: the code it leaves with stands.
  if (process.exitCode !== undefined) process.exit();
  for (const each of SIGNALS) process.off(each, interrupt);
  process.kill(process.pid, signal);
}

function onInterrupt(handler: (typeof interruptHandlers)[number]): () => void {
  for (const signal of SIGNALS)
    if (!process.listeners(signal).includes(interrupt)) process.on(signal, interrupt);
  interruptHandlers.push(handler);
  return () => {
    interruptHandlers.splice(interruptHandlers.lastIndexOf(handler), 1);
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

await main();
