import { setTimeout as delay } from 'node:timers/promises';
import type { RunDetails } from '../../../src/api/contract.ts';
import { collectSnapshot } from '../../../src/chaos/collect.ts';
import { type Condition, judge } from '../../../src/chaos/judge.ts';
import { remainingProcesses } from '../../../src/chaos/remaining-processes.ts';
import { type ServerUnderTest, startServer } from '../../../src/chaos/server.ts';
import { agentsOf, pidsOf, runOf, type Target } from '../../../src/chaos/victim.ts';
import { watchAgents } from '../../../src/chaos/watch-agents.ts';
import { createWorld, type World, type WorldOptions } from '../../../src/chaos/world.ts';
import type { RunSpec } from '../../../src/domain/run.ts';
import { isTerminal } from '../../../src/domain/run-state.ts';
import { sendSignal } from '../../../src/process/send-signal.ts';

/** A real control plane that is stressed: what it was asked for, and what a stranger sees of it. */
export interface Stage {
  readonly world: World;
  /** Asks until it is accepted, with one idempotency key: an answer that was lost makes no second run. */
  submit(spec: RunSpec): Promise<string>;
  /** Waits until the run ended, over deaths of the server. */
  ended(id: string): Promise<RunDetails>;
  /** Runs whose agents are alive now. */
  runsAtWork(): Set<string>;
  /** A killed server is started again; of workers no more than `most` are killed. */
  kill(victim: StressVictim, most?: number): Promise<void>;
  /** Ends the control plane and judges what is left of it. */
  judged(): Promise<{ readonly conditions: readonly Condition[]; readonly stored: number }>;
  remove(): Promise<void>;
}

export type StressVictim = 'worker' | 'server' | 'database';

const ACCEPT_LIMIT_MS = 60_000;
const END_LIMIT_MS = 180_000;

export async function openStage(
  options: Omit<WorldOptions, 'searchPath'>,
  searchPath: string,
): Promise<Stage> {
  const world = await createWorld({ searchPath, ...options });
  const before = world.sources.map((source) => source.state());
  const watch = watchAgents(world);
  const accepted: string[] = [];
  let asked = 0;
  let server: ServerUnderTest | null = await startServer(world);

  const target = (): Target => ({ world, serverPid: server?.pid ?? 0, runId: '' });

  async function close(): Promise<void> {
    watch.stop();
    await server?.kill('SIGTERM');
    server = null;
  }

  return {
    world,
    async submit(spec) {
      asked += 1;
      const idempotencyKey = `stress-${asked}`;
      const id = await retried(ACCEPT_LIMIT_MS, async () => {
        const { run } = await apiOf(server).createRun({ spec, idempotencyKey });
        return run.id;
      });
      accepted.push(id);
      return id;
    },
    ended: (id) =>
      retried(END_LIMIT_MS, async () => {
        const details = await apiOf(server).run(id);
        return isTerminal(details.run.state) ? details : null;
      }),
    runsAtWork: () => new Set(agentsOf(world).flatMap(({ pid }) => runOf(pid) ?? [])),
    async kill(victim, most = Number.POSITIVE_INFINITY) {
      if (victim !== 'server') {
        for (const pid of pidsOf(victim, target()).slice(0, most)) sendSignal(pid, 'SIGKILL');
        return;
      }
      await server?.kill('SIGKILL');
      server = await startServer(world);
    },
    async judged() {
      const processes = await remainingProcesses(accepted);
      await close();
      const seen = { accepted, before, processes, agentsTogether: watch.seen() };
      const snapshot = await collectSnapshot(world, seen);
      return { conditions: judge(snapshot), stored: snapshot.runs.length };
    },
    async remove() {
      await close();
      await world.remove();
    },
  };
}

function apiOf(server: ServerUnderTest | null) {
  if (!server) throw new Error('the control plane has ended');
  return server.api;
}

/** Asks again and again until there is an answer that is not null; then the last refusal is told. */
async function retried<T>(limitMs: number, ask: () => Promise<T | null>): Promise<T> {
  let refusal: unknown = 'no answer';
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; ) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
      refusal = 'not there yet';
    } catch (error) {
      refusal = error;
    }
    await delay(20);
  }
  throw new Error(`given up after ${limitMs} ms`, { cause: refusal });
}
