import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** A driving node as the database knows it. */
export interface KnownNode {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string | null;
  readonly startedAt: Date;
  readonly leaseExpiresAt: Date;
  readonly stoppedAt: Date | null;
  /** Its lease has ended and it did not say that it stops. */
  readonly lost: boolean;
  /** It said that it takes nothing more. */
  readonly draining: boolean;
  readonly activeRuns: number;
}

/** Living ones first, then those that stopped or were lost in the last `days`, the last one first. */
export async function knownNodes(
  db: Db,
  { days, limit }: { days: number; limit: number },
): Promise<KnownNode[]> {
  const { rows } = await sql<KnownNode>`
    with clock as materialized (select runyard_now() as now)
    select nodes.id, host, pid, version, started_at as "startedAt", lease_expires_at as "leaseExpiresAt", stopped_at as "stoppedAt",
      stopped_at is null and lease_expires_at <= now as lost,
      stopped_at is null and exists (
        select from system_events where subject = 'node:' || nodes.id and type = 'node.draining' and at >= started_at
      ) as draining,
      (select count(*)::int from runs where state = 'running' and node_id = nodes.id) as "activeRuns"
    from nodes cross join clock
    where drives and coalesce(stopped_at, lease_expires_at) > now - ${days} * interval '1 day'
    order by (stopped_at is null and lease_expires_at > now) desc, coalesce(stopped_at, lease_expires_at) desc, nodes.id
    limit ${limit}`.execute(db);
  return rows;
}
