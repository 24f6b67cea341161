import { type RawBuilder, sql } from 'kysely';
import type { Db } from './schema.ts';

/** Something a run owns outside of the database: a process, a folder, a branch. */
export interface Resource {
  readonly key: string;
  readonly runId: string;
  /** `worker`, `workspace`, … : tells the reaper how to remove it. */
  readonly kind: string;
  /** Where it is, in the words of its kind: a path, `pid:<pid>:<start time>`. */
  readonly handle: string;
  /** The node that can remove it; null when any can. */
  readonly nodeId: string | null;
}

/** `nodeId` left out: the node that owns the run now. */
export type NewResource = Omit<Resource, 'nodeId'> & { readonly nodeId?: string | null };

/** Call before the resource is made, so that a crash in between leaves an entry without a resource, never the other way round. */
export async function recordResource(db: Db, resource: NewResource): Promise<void> {
  const { key, runId, kind, handle, nodeId } = resource;
  const node =
    nodeId === undefined ? sql`(select node_id from runs where id = ${runId})` : sql`${nodeId}::text`;
  await sql`
    insert into resources (key, run_id, kind, handle, node_id) values (${key}, ${runId}, ${kind}, ${handle}, ${node})
    ${UPDATE_ENTRY}`.execute(db);
}

/** The same as a part of a statement that has the run's row in a table expression: nothing is recorded when that has no row. */
export function recordingFrom(
  table: string,
  { key, kind, handle, nodeId }: Omit<Resource, 'runId'>,
): RawBuilder<unknown> {
  return sql`
    insert into resources (key, run_id, kind, handle, node_id)
    select ${key}, id, ${kind}, ${handle}, ${nodeId}::text from ${sql.table(table)}
    ${UPDATE_ENTRY}`;
}

const UPDATE_ENTRY = sql`
  on conflict (key) do update set run_id = excluded.run_id, handle = excluded.handle, node_id = excluded.node_id`;

/** Call after the resource is gone. An entry that is not there is fine. With `nodeId`: only while it is that node's. */
export async function removeResource(db: Db, key: string, nodeId?: string): Promise<void> {
  const entry = db.deleteFrom('resources').where('key', '=', key);
  await (nodeId === undefined ? entry : entry.where('node_id', '=', nodeId)).execute();
}

export interface ResourceFilter {
  readonly kind?: string;
  readonly nodeId?: string;
  readonly runId?: string;
}

/** Oldest first. */
export async function listResources(
  db: Db,
  { kind, nodeId, runId }: ResourceFilter = {},
): Promise<Resource[]> {
  let query = db
    .selectFrom('resources')
    .select(['key', 'run_id as runId', 'kind', 'handle', 'node_id as nodeId'])
    .orderBy('created_at')
    .orderBy('key');
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (nodeId !== undefined) query = query.where('node_id', '=', nodeId);
  if (runId !== undefined) query = query.where('run_id', '=', runId);
  return query.execute();
}
