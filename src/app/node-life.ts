import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { appendSystemEvent } from '../events/append-system-event.ts';
import { markLostNodes, type NodeRecord, nodeStopped, prolongNode, registerNode } from '../store/nodes.ts';
import { holdSingleton, releaseSingletons } from '../store/singleton-lease.ts';
import type { Store } from '../store/store.ts';
import { leaseMs } from './options.ts';
import type { StopList } from './stop-list.ts';
import { runyardVersion } from './version.ts';

export interface NodeLife {
  readonly store: Store;
  readonly nodeId: string;
  readonly drives: boolean;
  readonly onError: (error: unknown, during: string) => void;
}

const BEAT_MS = 5_000;
/** The duty of telling which nodes vanished. */
const NODE_WATCH = 'node-watch';

/** Enters the node into the list of nodes, says that it started, keeps saying that it lives, and, at the stop, that it stopped (X16). */
export async function beginNodeLife(life: NodeLife, stops: StopList): Promise<void> {
  const { store, nodeId, drives, onError } = life;
  const here = { id: nodeId, host: hostname(), pid: process.pid };
  await store.db.transaction().execute(async (tx) => {
    const node = { ...here, drives, leaseMs, version: runyardVersion, processSpace: await processSpace() };
    await registerNode(tx, node);
    if (drives) await appendSystemEvent(tx, nodeEvent('node.started', here));
  });
  const timer = drives
    ? setInterval(
        () => void beat(life).catch((error: unknown) => onError(error, 'the node’s lease')),
        BEAT_MS,
      )
    : null;
  stops.add('node', async () => {
    if (timer) clearInterval(timer);
    await store.db.transaction().execute(async (tx) => {
      await nodeStopped(tx, nodeId);
      await releaseSingletons(tx, nodeId);
      if (drives) await appendSystemEvent(tx, nodeEvent('node.stopped', here));
    });
  });
}

async function beat({ store, nodeId }: NodeLife): Promise<void> {
  await prolongNode(store.db, nodeId, leaseMs);
  if (!(await holdSingleton(store.db, { name: NODE_WATCH, holder: nodeId, ttlMs: leaseMs }))) return;
  await store.db.transaction().execute(async (tx) => {
    for (const lost of await markLostNodes(tx)) await appendSystemEvent(tx, nodeEvent('node.lost', lost));
  });
}

function nodeEvent(
  type: 'node.started' | 'node.stopped' | 'node.lost',
  { id, host, pid }: Pick<NodeRecord, 'id' | 'host' | 'pid'>,
) {
  const where = `process ${pid} on ${host}`;
  const messages = {
    'node.started': `Node ${id} started: ${where}.`,
    'node.stopped': `Node ${id} stopped in good order: ${where}.`,
    'node.lost': `Node ${id} gives no sign of life any more: ${where}. Its runs pass to other nodes when their leases end. Look at that host and start the node again.`,
  };
  return { type, subject: `node:${id}`, data: { message: messages[type], host, pid } };
}

/** Names what process ids mean something in: this boot of this machine, and this namespace of it. null where that cannot be told. */
export async function processSpace(): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    return `${boot} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}
