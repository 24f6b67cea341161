import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { AgentActivity } from '../adapters/agent/types.ts';
import { describeProgress, judgeProgress } from '../domain/judge-progress.ts';
import { treeOf } from '../process/process-table.ts';
import type { WorkerContext } from './context.ts';

export interface ProgressWatch {
  /** The agent did something that was seen. */
  note(activity: Pick<AgentActivity, 'kind' | 'name'>): void;
  stop(): void;
}

export interface WatchOptions {
  readonly context: Pick<WorkerContext, 'assignment' | 'clock' | 'emit' | 'setActivity'>;
  readonly agent: string;
  readonly attempt: number;
  readonly checkout: string;
  /** How often it looks. */
  readonly everyMs?: number;
}

const LOOK_EVERY_MS = 10_000;

/** Looks at a quiet agent from time to time and lets the heartbeat say what is to be seen of it. Ends nothing. */
export function watchProgress({
  context,
  agent,
  attempt,
  checkout,
  everyMs = LOOK_EVERY_MS,
}: WatchOptions): ProgressWatch {
  const { assignment, clock, emit, setActivity } = context;
  const now = () => clock.now().getTime();
  const name = `agent ${agent}`;
  let lastEventAt = now();
  /** At the first look after the last event: reading the process table at each event would cost more than it tells. */
  let cpuBefore: number | null = null;
  let tool: { name: string; since: number } | null = null;
  let stuck = { count: 0, now: false };
  let stopped = false;

  async function look(): Promise<void> {
    const since = lastEventAt;
    const changedAt = await newestChange(checkout);
    if (stopped || since !== lastEventAt) return;
    const cpu = cpuOfChildren();
    const cpuMs = cpuBefore === null ? null : Math.max(0, cpu - cpuBefore);
    cpuBefore ??= cpu;
    const judged = judgeProgress({
      now: now(),
      lastEventAt,
      tool,
      cpuMs,
      changedAt,
      tokens: null,
      heartbeatAgeMs: 0,
      silenceMs: assignment.spec.limits.silenceMs,
    });
    const words = describeProgress(judged);
    setActivity(words === '' ? name : `${name}, ${words}`);
    const isStuck = judged.verdict === 'stuck';
    if (isStuck && !stuck.now) {
      stuck = { count: stuck.count + 1, now: true };
      const { quietMs, reasons } = judged;
      emit({ type: 'agent.stuck', data: { attempt, count: stuck.count, quietMs, reasons: [...reasons] } });
    }
  }

  setActivity(name);
  const timer = setInterval(() => void look().catch(() => undefined), everyMs).unref();
  return {
    note({ kind, name: what }) {
      lastEventAt = now();
      cpuBefore = null;
      stuck = { ...stuck, now: false };
      if (kind === 'tool') tool = { name: what ?? 'a tool', since: lastEventAt };
      else if (kind === 'tool-result') tool = null;
      setActivity(name);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

function cpuOfChildren(): number {
  return treeOf(process.pid).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

const MOST_ENTRIES = 1000;
const UNINTERESTING = new Set(['node_modules']);

/** When an entry of the folder last changed, among the first thousand from the top; null when it cannot be read. */
async function newestChange(root: string): Promise<number | null> {
  let newest = await changeOf(root);
  let seen = 0;
  for (const folders = [root]; folders.length > 0 && seen < MOST_ENTRIES; ) {
    const folder = folders.shift() ?? root;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (seen >= MOST_ENTRIES) break;
      seen += 1;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory() && !UNINTERESTING.has(entry.name)) folders.push(file);
      const at = entry.isSymbolicLink() ? null : await changeOf(file);
      if (at !== null && (newest === null || at > newest)) newest = at;
    }
  }
  return newest;
}

async function changeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
