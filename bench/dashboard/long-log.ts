import type pg from 'pg';

const LINE =
  '2026-11-21 12:00:00 INFO  built module src/features/checkout/summary.ts in 12 ms (cached: no, warnings: 0)';
const LINES_OF_AN_EVENT = 36;

/** Makes an ended run's log as long as that; one of its lines, in the middle, has the word needle. Gives the run's id. */
export async function addLongLog(client: pg.Client, bytes: number): Promise<string> {
  const text = Array.from({ length: LINES_OF_AN_EVENT }, () => LINE).join('\n');
  const events = Math.ceil(bytes / text.length);
  const { rows } = await client.query<{ id: string; last_event_seq: string }>(
    `select id, last_event_seq from runs where state = 'succeeded' order by created_at desc limit 1`,
  );
  const run = rows[0];
  if (!run) throw new Error('the database has no run that succeeded');
  const first = Number(run.last_event_seq) + 1;
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into run_events (run_id, seq, type, data)
     select $1, seq, 'agent.activity', jsonb_build_object('attempt', 1, 'kind', 'tool-result', 'name', 'run_command',
       'text', case when seq = $5 then 'needle' || chr(10) else '' end || $4::text)
     from generate_series($2::bigint, $3::bigint) seq`,
    [run.id, first, first + events - 1, text, first + Math.floor(events / 2)],
  );
  await client.query('update runs set last_event_seq = $2 where id = $1', [run.id, first + events - 1]);
  return run.id;
}
