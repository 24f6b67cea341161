import { sql } from 'kysely';
import type { Tx } from '../store/schema.ts';

/** How long an admitted run may wait for a worker while nodes are up. */
export const START_DEADLINE_MS = 10 * 60_000;

/** Nodes look at the queue every few seconds; a silence this long means that none was up. */
const OUTAGE_MS = 60_000;
const NOTE_EVERY_MS = 5_000;

/**
 * Notes that a node is up, and gives starting runs the time back in which none was: a server that was off over night must not find its
 * runs failed because nobody took them. Measured by the real clock, as an outage is.
 */
export async function excuseOutage(tx: Tx): Promise<void> {
  const { rows } = await sql<{ silentMs: number }>`
    with noted as (
      select last_at from enforcement where last_at < clock_timestamp() - ${NOTE_EVERY_MS} * interval '1 ms' for update skip locked
    )
    update enforcement set last_at = clock_timestamp() from noted
    returning (extract(epoch from clock_timestamp() - noted.last_at) * 1000)::bigint as "silentMs"`.execute(
    tx,
  );
  const silentMs = rows[0]?.silentMs ?? 0;
  if (silentMs < OUTAGE_MS) return;
  await sql`
    update runs set start_deadline_at = start_deadline_at + least(
      ${silentMs} * interval '1 ms',
      runyard_now() - (start_deadline_at - ${START_DEADLINE_MS} * interval '1 ms'))
    where state = 'starting'`.execute(tx);
}
