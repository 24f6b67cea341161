import { type ChildProcess, spawn } from 'node:child_process';
import { endMarkedBy, MARK_NAME, newMark } from '../../../process/end-marked.ts';
import {
  isAlive,
  killTree,
  type ProcessIdentity,
  processIdentity,
} from '../../../process/process-identity.ts';
import { recentRootOnlyPaths } from '../../../process/root-only-paths.ts';
import type { StartedWorker, WorkerExecutor, WorkerExit, WorkerLaunch } from '../types.ts';

export interface LocalExecutorOptions {
  /** The Node binary and the worker's entry file. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Whose workers they are; processes that are left of them are ended by this node alone. */
  readonly nodeId?: string;
  /** Idle workers kept ready; each has loaded its code and waits for its launch line. */
  readonly warm: number;
}

/**
 * Workers as children of the node. A worker reads one line of JSON on stdin and then watches stdin for its end: when the node dies,
 * by whatever signal, the kernel closes the pipe and the worker ends itself.
 */
export function createLocalExecutor(options: LocalExecutorOptions): WorkerExecutor {
  const idle: Warm[] = [];
  const all = new Set<Warm>();
  let closed = false;

  function prepare(): Warm {
    const worker = spawnWorker(options);
    all.add(worker);
    void worker.exited.then(() => {
      all.delete(worker);
      const index = idle.indexOf(worker);
      if (index >= 0) idle.splice(index, 1);
    });
    return worker;
  }

  function refill(): void {
    while (!closed && idle.length < options.warm) idle.push(prepare());
  }

  refill();
  // Found once here, so that no worker has to look.
  recentRootOnlyPaths();
  return {
    name: 'local',
    start(launch) {
      const worker = idle.shift() ?? prepare();
      worker.launch(launch);
      // Loading costs a core for a moment: rather when a run is over than while one gets going, but soon enough for the next burst.
      const timer = setTimeout(refill, REFILL_WITHIN_MS).unref();
      void worker.exited.then(() => {
        clearTimeout(timer);
        setImmediate(refill);
      });
      return worker;
    },
    isThere,
    endStray,
    async close() {
      closed = true;
      for (const worker of all) worker.kill();
      await Promise.all([...all].map((worker) => worker.exited));
    },
  };
}

const REFILL_WITHIN_MS = 1000;

interface Warm extends StartedWorker {
  launch(launch: WorkerLaunch): void;
}

const STDERR_KEPT_CHARACTERS = 8192;

function spawnWorker({ argv, env, nodeId }: LocalExecutorOptions): Warm {
  const [command, ...args] = argv;
  // It says whose it is from its first moment on, before the ledger can.
  const marked = { ...env, [MARK_NAME]: newMark('worker', nodeId) };
  const child = spawn(command, args, { env: marked, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT_CHARACTERS);
  });
  // Writing to a worker that just died must not take the node down; its exit is reported below.
  child.stdin.on('error', () => undefined);
  const identity = child.pid === undefined ? null : processIdentity(child.pid);
  const gone = new Promise<WorkerExit>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, signal: null, stderr: error.message }));
    child.once('exit', (exitCode, signal) => setImmediate(() => resolve({ exitCode, signal, stderr })));
  });
  const exited = gone.then(async (exit) => {
    // One that ended in good order has ended its children itself.
    if (exit.exitCode !== 0 && identity) await endMarkedBy(identity);
    return exit;
  });
  return {
    handle: identity ? `pid:${identity.pid}:${identity.startTime}` : 'pid:none',
    exited,
    launch: (launch) =>
      child.stdin.write(`${JSON.stringify({ ...launch, rootOnlyPaths: recentRootOnlyPaths() })}\n`),
    terminate: () => child.kill('SIGTERM'),
    kill: () => killGroup(child),
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

async function endStray(handle: string): Promise<void> {
  const identity = identityOf(handle);
  if (identity === null) return;
  if (isAlive(identity)) await killTree(identity);
  await endMarkedBy(identity);
}

function isThere(handle: string): boolean {
  const identity = identityOf(handle);
  return identity !== null && isAlive(identity);
}

function identityOf(handle: string): ProcessIdentity | null {
  const [kind, pid, startTime] = handle.split(':');
  return kind === 'pid' && pid && startTime ? { pid: Number(pid), startTime } : null;
}
