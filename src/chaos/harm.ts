import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosVictim } from '../domain/chaos-victim.ts';
import { readProcess } from '../process/process-table.ts';
import { sendSignal } from '../process/send-signal.ts';

/** Twice the lease of a worker (src/app/options.ts): then a run has another owner, or is waiting for one. */
const FREEZE_MS = 30_000;

/** Does to the processes what the victim's name says, and tells it in words. */
export async function harm(
  victim: Exclude<ChaosVictim, 'server'>,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<string> {
  if (pids.length === 0) return 'nothing to kill';
  const list = pids.join(', ');
  switch (victim) {
    case 'worker':
    case 'database':
    case 'agent':
      for (const pid of pids) sendSignal(pid, 'SIGKILL');
      return `killed ${list}`;
    case 'connections':
      // What pg_terminate_backend does.
      for (const pid of pids) sendSignal(pid, 'SIGTERM');
      return `killed ${list}`;
    case 'frozen-worker':
    case 'frozen-server':
      await freeze(pids, signal);
      return `frozen for ${FREEZE_MS / 1000} s: ${list}`;
    default:
      return victim satisfies never;
  }
}

async function freeze(pids: readonly number[], signal: AbortSignal): Promise<void> {
  const startOf = (pid: number) => readProcess(pid)?.startTime;
  const frozen = pids.map((pid) => ({ pid, startTime: startOf(pid) }));
  for (const { pid } of frozen) sendSignal(pid, 'SIGSTOP');
  try {
    await delay(FREEZE_MS, undefined, { signal });
  } finally {
    // A number may have been given to another process meanwhile.
    for (const { pid, startTime } of frozen) if (startTime === startOf(pid)) sendSignal(pid, 'SIGCONT');
  }
}
