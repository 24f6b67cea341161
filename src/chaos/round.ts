import { setTimeout as delay } from 'node:timers/promises';
import type { EventView, RunView } from '../api/contract.ts';
import { isTerminal } from '../domain/run-state.ts';
import { harm } from './harm.ts';
import { type Behaviour, describeKill, type Kill, type Round } from './plan.ts';
import { type ServerUnderTest, startServer } from './server.ts';
import { specOf } from './spec.ts';
import { pidsOf } from './victim.ts';
import type { World } from './world.ts';

/** One life of the control plane after the other: a kill of the server ends one and starts the next. */
export interface Scene {
  readonly world: World;
  server: ServerUnderTest;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface RoundResult {
  readonly accepted: readonly string[];
  /** What became of each kill of the plan, in words. */
  readonly kills: readonly string[];
}

const POINT_LIMIT_MS = 20_000;
const SETTLE_LIMIT_MS = 90_000;
const POLL_MS = 40;

/** Hands the tickets of a round in, kills as planned, and waits until every run ended. */
export async function playRound(scene: Scene, round: Round): Promise<RoundResult> {
  const accepted: string[] = [];
  for (const [index, behaviour] of round.runs.entries()) accepted.push(await submit(scene, behaviour, index));
  const kills: string[] = [];
  for (const kill of round.kills) {
    const outcome = `${describeKill(kill)}: ${await strike(scene, kill, accepted[kill.run] ?? '')}`;
    kills.push(outcome);
    scene.onProgress(`  kill ${outcome}`);
  }
  await untilSettled(scene, accepted);
  return { accepted, kills };
}

async function submit({ world, server, onProgress }: Scene, behaviour: Behaviour, index: number) {
  const source = world.sources[index % world.sources.length];
  if (!source) throw new Error('a world has sources');
  const { run } = await server.api.createRun({
    spec: specOf({ behaviour, repository: source.folder, agent: world.agent }),
  });
  onProgress(`  run ${index + 1} ${run.id} ${behaviour}`);
  return run.id;
}

async function strike(scene: Scene, { victim, at }: Kill, runId: string): Promise<string> {
  if (at.kind === 'delay') await delay(at.ms, undefined, { signal: scene.signal });
  else if (!(await reached(scene, runId, at.stage))) return 'not reached';
  if (victim === 'server') {
    await scene.server.kill('SIGKILL');
    scene.server = await startServer(scene.world);
    return 'killed and started again';
  }
  const pids = await found(scene, () =>
    pidsOf(victim, { world: scene.world, serverPid: scene.server.pid, runId }),
  );
  return harm(victim, pids, scene.signal);
}

/** An agent needs a moment from the start of its stage to its own start. */
async function found(scene: Scene, look: () => number[]): Promise<number[]> {
  for (let times = 0; times < 50; times++) {
    const pids = look();
    if (pids.length > 0) return pids;
    await delay(POLL_MS, undefined, { signal: scene.signal });
  }
  return [];
}

/** False when the run ended first, or did not come there in time. */
async function reached(scene: Scene, runId: string, stage: string): Promise<boolean> {
  const isThere = ({ type, data }: EventView) =>
    type === 'stage.started' && (data as { stage?: unknown }).stage === stage;
  for (const deadline = Date.now() + POINT_LIMIT_MS; Date.now() < deadline; ) {
    const page = await scene.server.api.events(runId, { after: 0, waitMs: 0 }).catch(() => null);
    if (page?.events.some(isThere)) return true;
    if (page?.ended) return false;
    await delay(POLL_MS, undefined, { signal: scene.signal });
  }
  return false;
}

/** What has not ended after the limit is for the judge. */
async function untilSettled(scene: Scene, ids: readonly string[]): Promise<void> {
  const open = new Set(ids);
  for (const deadline = Date.now() + SETTLE_LIMIT_MS; open.size > 0 && Date.now() < deadline; ) {
    for (const id of open) {
      const run = await stateOf(scene, id);
      if (!run || !isTerminal(run.state)) continue;
      open.delete(id);
      scene.onProgress(`  run ${id} ${run.state} after ${run.recoveries} recoveries`);
    }
    await delay(4 * POLL_MS, undefined, { signal: scene.signal });
  }
  for (const id of open) scene.onProgress(`  run ${id} has not ended in ${SETTLE_LIMIT_MS / 1000} s`);
}

function stateOf({ server }: Scene, id: string): Promise<RunView | null> {
  return server.api.run(id).then(
    ({ run }) => run,
    () => null,
  );
}
