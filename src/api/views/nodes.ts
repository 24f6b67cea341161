import { addMs } from '../../lib/deadline.ts';
import { type KnownNode, knownNodes } from '../../store/node-records.ts';
import { listSingletons } from '../../store/singleton-lease.ts';
import type { NodeView } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';

const TOLD_DAYS = 7;
const MOST_NODES = 200;

export type NodeDependencies = Pick<ApiDependencies, 'queue' | 'nodeId' | 'leaseMs' | 'views'>;

/** Nodes as they are sent; what only a node itself knows is said of the one that answers. */
export async function nodeViews({ queue, nodeId, leaseMs, views }: NodeDependencies): Promise<NodeView[]> {
  const { db } = queue.store;
  const [nodes, duties] = await Promise.all([
    knownNodes(db, { days: TOLD_DAYS, limit: MOST_NODES }),
    listSingletons(db),
  ]);
  return nodes.map((node) => {
    const { id, host, pid, version, startedAt, leaseExpiresAt, stoppedAt, activeRuns } = node;
    const here = id === nodeId;
    return {
      id,
      host,
      pid,
      version,
      state: stateOf(node),
      since: startedAt.toISOString(),
      lastHeartbeatAt: addMs(leaseExpiresAt, -leaseMs).toISOString(),
      stoppedAt: stoppedAt?.toISOString() ?? null,
      activeRuns,
      duties: duties
        .filter(({ holder }) => holder === id)
        .map(({ name, since }) => ({ name, since: since.toISOString() })),
      here,
      short: here ? [...views.short()] : null,
      places: here ? views.places : null,
    };
  });
}

function stateOf({ stoppedAt, lost, draining }: KnownNode): NodeView['state'] {
  if (stoppedAt) return 'stopped';
  if (lost) return 'lost';
  return draining ? 'draining' : 'alive';
}
