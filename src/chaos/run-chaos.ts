import type { ChaosVictim } from '../domain/chaos-victim.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { collectSnapshot } from './collect.ts';
import { type Condition, judge } from './judge.ts';
import { planRounds } from './plan.ts';
import { remainingProcesses } from './remaining-processes.ts';
import { playRound, type RoundResult, type Scene } from './round.ts';
import { startServer } from './server.ts';
import { watchAgents } from './watch-agents.ts';
import { createWorld, type World } from './world.ts';

export interface ChaosRequest {
  readonly seed: number;
  readonly rounds: number;
  /** Default: all. */
  readonly victims?: readonly ChaosVictim[];
  /** PATH of the control plane under test. */
  readonly searchPath: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly rounds: readonly RoundResult[];
  readonly conditions: readonly Condition[];
  readonly holds: boolean;
  readonly durationMs: number;
}

/**
 * Kills the processes of a throw-away control plane while it works, and judges from outside what came of it (X6). Bounded: a point
 * that is not reached and a run that does not end are given up after a limit.
 */
export async function runChaos(request: ChaosRequest): Promise<ChaosReport> {
  if (process.platform !== 'linux') throw runyardError('chaos.unsupported', { platform: process.platform });
  const startedAt = performance.now();
  const world = await createWorld(request);
  try {
    const { rounds, conditions } = await play(world, request);
    const holds = conditions.every((condition) => condition.holds);
    return { seed: request.seed, rounds, conditions, holds, durationMs: performance.now() - startedAt };
  } finally {
    await world.remove();
  }
}

async function play(world: World, request: ChaosRequest) {
  const { rounds, signal, onProgress } = request;
  const before = world.sources.map((source) => source.state());
  const agents = watchAgents(world);
  const scene: Scene = { world, server: await startServer(world), signal, onProgress };
  const results: RoundResult[] = [];
  let processes: string[] = [];
  try {
    for (const [index, round] of planRounds(request).entries()) {
      onProgress(`round ${index + 1} of ${rounds}`);
      results.push(await playRound(scene, round));
    }
    processes = await remainingProcesses(results.flatMap(({ accepted }) => accepted));
  } finally {
    agents.stop();
    await scene.server.kill('SIGTERM');
  }
  onProgress('looking at what is left');
  const accepted = results.flatMap((result) => result.accepted);
  const snapshot = await collectSnapshot(world, {
    accepted,
    before,
    processes,
    agentsTogether: agents.seen(),
  });
  return { rounds: results, conditions: judge(snapshot) };
}
