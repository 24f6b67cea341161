import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ChaosVictim } from '../domain/chaos-victim.ts';
import { childrenOf, environmentOf, processesMentioning, type SeenProcess } from './proc.ts';
import type { World } from './world.ts';

/** The processes to kill, found as a stranger would: in the process table and in files, not by asking the control plane. */
export function pidsOf(victim: ChaosVictim, { world, serverPid, runId }: Target): number[] {
  switch (victim) {
    case 'server':
    case 'frozen-server':
      return [serverPid];
    case 'connections':
      return postmasterOf(world).flatMap(connectionsOf);
    case 'worker':
    case 'frozen-worker':
      return childrenOf(serverPid)
        .filter(({ command }) => command.some((word) => word.endsWith('worker/main.ts')))
        .map(({ pid }) => pid);
    case 'database':
      return postmasterOf(world);
    case 'agent':
      return agentsOf(world)
        .filter((agent) => runOf(agent.pid) === runId)
        .map(({ pid }) => pid);
    default:
      return victim satisfies never;
  }
}

export interface Target {
  readonly world: World;
  readonly serverPid: number;
  readonly runId: string;
}

/** Running agents themselves, without what wraps them. */
export function agentsOf({ agents }: World): SeenProcess[] {
  return processesMentioning(agents, ['cmdline']).filter(({ command: [, program = ''] }) =>
    agents.includes(program),
  );
}

export function runOf(pid: number): string | null {
  return /(?:^|\0)RUNYARD_RUN_ID=([^\0]*)/.exec(environmentOf(pid))?.[1] ?? null;
}

/** Processes of the database that serve a client, by the title they give themselves. */
function connectionsOf(postmaster: number): number[] {
  return childrenOf(postmaster)
    .filter(({ command }) => command.some((word) => word.includes('[local]')))
    .map(({ pid }) => pid);
}

function postmasterOf({ dataDir }: World): number[] {
  try {
    const file = path.join(dataDir, 'postgres/cluster/postmaster.pid');
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) ? [pid] : [];
  } catch {
    return [];
  }
}
