import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** A process that serves a data folder. */
export interface NodeRecord {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Whether it starts and resumes runs. */
  readonly drives: boolean;
  readonly startedAt: Date;
  readonly stoppedAt: Date | null;
  readonly lostAt: Date | null;
}

export interface NewNode extends Pick<NodeRecord, 'id' | 'host' | 'pid' | 'drives'> {
  /** Equal for nodes that see the same processes; null: not known. */
  readonly processSpace: string | null;
  readonly version?: string;
  readonly leaseMs: number;
}

/** Written by whoever took the lock of the data folder; what stood there was of an earlier process. */
export async function registerNode(db: Db, node: NewNode): Promise<void> {
  const { id, host, processSpace, pid, drives, leaseMs, version = null } = node;
  await sql`
    with clock as materialized (select runyard_now() as now)
    insert into nodes (id, host, process_space, pid, drives, started_at, lease_expires_at, version)
    select ${id}, ${host}, ${processSpace}, ${pid}, ${drives}, now, now + ${leaseMs} * interval '1 ms', ${version} from clock
    on conflict (id) do update set
      host = excluded.host, process_space = excluded.process_space, pid = excluded.pid, drives = excluded.drives,
      started_at = excluded.started_at, lease_expires_at = excluded.lease_expires_at, version = excluded.version,
      stopped_at = null, lost_at = null`.execute(db);
}

/** The node is there; one that was given up as lost is back. */
export async function prolongNode(db: Db, id: string, leaseMs: number): Promise<void> {
  await db
    .updateTable('nodes')
    .set({ lease_expires_at: sql<Date>`runyard_now() + ${leaseMs} * interval '1 ms'`, lost_at: null })
    .where('id', '=', id)
    .execute();
}

export async function nodeStopped(db: Db, id: string): Promise<void> {
  await db.updateTable('nodes').set({ stopped_at: sql<Date>`runyard_now()` }).where('id', '=', id).execute();
}

/** Marks the driving nodes whose lease ended without a word. Each is in the answer of one caller only. */
export async function markLostNodes(db: Db): Promise<NodeRecord[]> {
  return db
    .updateTable('nodes')
    .set({ lost_at: sql<Date>`runyard_now()` })
    .where('lease_expires_at', '<=', sql<Date>`runyard_now()`)
    .where('drives', '=', true)
    .where('stopped_at', 'is', null)
    .where('lost_at', 'is', null)
    .returning(columns)
    .execute();
}

/** The driving ones that neither stopped nor were lost, by id. */
export async function listNodes(db: Db): Promise<NodeRecord[]> {
  return db
    .selectFrom('nodes')
    .select(columns)
    .where('drives', '=', true)
    .where('stopped_at', 'is', null)
    .where('lease_expires_at', '>', sql<Date>`runyard_now()`)
    .orderBy('id')
    .execute();
}

const columns = [
  'id',
  'host',
  'pid',
  'drives',
  'started_at as startedAt',
  'stopped_at as stoppedAt',
  'lost_at as lostAt',
] as const;

/** A worker of an earlier epoch of a run, started by a node that sees the same processes as the asking one. */
export interface Predecessor {
  readonly key: string;
  readonly handle: string;
}

/** Workers in the ledger that lost this run and that the asking node could end. */
export async function predecessorsOf(
  db: Db,
  { runId, epoch, processSpace }: { runId: string; epoch: number; processSpace: string },
): Promise<Predecessor[]> {
  return db
    .selectFrom('resources')
    .innerJoin('nodes', 'nodes.id', 'resources.node_id')
    .select(['resources.key', 'resources.handle'])
    .where('resources.kind', '=', 'worker')
    .where('resources.run_id', '=', runId)
    .where('resources.key', '!=', `worker:${runId}:${epoch}`)
    .where('nodes.process_space', '=', processSpace)
    .execute();
}
