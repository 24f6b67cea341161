import { readProcess } from '../process/process-table.ts';
import { agentsOf, runOf } from './victim.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 100;

/** Looks again and again whether two agents of one run are alive at once: then a worker started before the one before it was gone. */
export function watchAgents(world: World) {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    const agents = agentsOf(world);
    // A child looks like its agent until it has become another program.
    const agentPids = new Set(agents.map(({ pid }) => pid));
    const byRun = Map.groupBy(
      agents.filter(({ pid }) => !agentPids.has(readProcess(pid)?.parent ?? 0)),
      ({ pid }) => runOf(pid),
    );
    for (const [runId, together] of byRun) {
      const pids = together.map(({ pid }) => pid).join(', ');
      if (runId !== null && together.length > 1) seen.add(`run ${runId} had the agents ${pids} at once`);
    }
  }, LOOK_EVERY_MS);
  return { seen: () => [...seen], stop: () => clearInterval(timer) };
}
