import { mostRunsPerPage, type QueueResponse } from '../api/contract.ts';
import type { Config } from '../config/schema.ts';
import { parseModelRef } from '../domain/model-ref.ts';
import type { Run } from '../domain/run.ts';
import type { Shortage } from '../domain/shortage.ts';
import type { Claim, ClaimRequest } from '../queue/claim-runs.ts';
import type { AdmissionLimits, NodeRoom } from '../scheduler/admission-limits.ts';
import { admitAndClaim } from '../scheduler/admit.ts';
import { readHost } from '../scheduler/read-host.ts';
import { readQueue } from '../scheduler/read-queue.ts';
import { createResourceWatch } from '../scheduler/watch-resources.ts';
import type { Foundation } from './foundation.ts';
import type { ControlPlaneOptions } from './options.ts';

/** This node's part in deciding what starts, and what it says of the queue. */
export interface Scheduling {
  readonly places: number;
  /** What this node has too little of to start another run, as of the last look. */
  short(): readonly Shortage[];
  hasResources(): Promise<boolean>;
  /** Lets runs start and takes as many of them as this node has places for. */
  admitAndClaim(request: ClaimRequest): Promise<Claim[]>;
  /** `active`: runs this node has a worker for; null when it starts none. */
  view(active: number | null): Promise<QueueResponse>;
}

type SchedulerConfig = Config['scheduler'];

export async function createScheduling(
  { config: { scheduler: config }, onLog }: ControlPlaneOptions,
  { folder, queue }: Pick<Foundation, 'folder' | 'queue'>,
): Promise<Scheduling> {
  const places = config.maxRunsPerNode ?? config.maxRuns;
  const limits = limitsOf(config);
  const { nodeId } = folder;
  const watch = await createResourceWatch({
    db: queue.store.db,
    nodeId,
    thresholds: config,
    readHost: () => readHost({ dataFolder: folder.root }),
    monotonicMs: () => performance.now(),
    // Commands that run a control plane of their own print what begins with `error`.
    onTold: (message, isLow) => onLog(isLow ? `error: ${message}` : message),
  });
  const roomFor = (freePlaces: number | null): NodeRoom => ({
    freePlaces,
    short: freePlaces === null ? [] : watch.short.map(({ what }) => `low-${what}` as const),
  });
  return {
    places,
    short: () => watch.short,
    hasResources: async () => (await watch.look()).length === 0,
    admitAndClaim: (request) => admitAndClaim(queue, { limits, node: roomFor(request.batch) }, request),
    async view(active) {
      const node = roomFor(active === null ? null : places - active);
      const {
        at,
        waiting,
        waitingTotal,
        active: holders,
      } = await readQueue(queue, { limits, node }, mostRunsPerPage);
      return {
        at: at.toISOString(),
        waiting: waiting.map(({ run, reasons }) => ({
          ...named(run),
          acceptedAt: run.createdAt.toISOString(),
          expiresAt: run.expiresAt.toISOString(),
          reasons: [...reasons],
        })),
        waitingTotal,
        active: holders.map((run) => ({
          ...named(run),
          state: run.state,
          stage: run.stage,
          owner: run.owner,
          startedAt: run.startedAt?.toISOString() ?? null,
        })),
        limits: { ...limits, maxQueued: config.maxQueued },
        node: active === null ? null : { id: nodeId, places, active, short: [...watch.short] },
      };
    },
  };
}

export function limitsOf(config: SchedulerConfig): AdmissionLimits {
  const { maxRuns, maxRunsPerRepository, maxRunsPerAgent, maxRunsPerProvider } = config;
  const { repositories, agents, providers } = config;
  return {
    maxRuns,
    maxRunsPerRepository,
    maxRunsPerAgent,
    maxRunsPerProvider,
    repositories,
    agents,
    providers,
  };
}

function named({ id, spec }: Run) {
  const { ticket, repository, priority, ladder } = spec;
  const [first] = ladder;
  const provider = first?.model ? parseModelRef(first.model).provider : null;
  return { id, title: ticket.title, repository, priority, agent: first?.agent ?? '', provider };
}
