import { sql } from 'kysely';
import { decideRepeatedFailures, type EndedRun, LAST_ENDED } from '../domain/repeated-failures.ts';
import { appendSystemEvent } from '../events/append-system-event.ts';
import type { Queue } from './queue.ts';

/** Tells once that one cause fails run after run. Any node may call this at any time. */
export async function tellRepeatedFailures({ store }: Pick<Queue, 'store'>): Promise<void> {
  const repeated = decideRepeatedFailures(await lastEnded({ store }));
  if (!repeated) return;
  const { code, what, runs, occurrence } = repeated;
  const message = `${runs.length} runs in a row ended with ${code}: ${what} Look at one of them: runyard why ${runs.at(-1) ?? ''}`;
  const data = { message, code, runs: [...runs] };
  await appendSystemEvent(store.db, {
    type: 'failures.repeated',
    subject: `cause:${code}`,
    occurrence,
    data,
  });
}

/** The last to end of the last that were accepted: only those are reached by an index, whatever else the table holds. */
async function lastEnded({ store }: Pick<Queue, 'store'>): Promise<EndedRun[]> {
  const { rows } = await sql<EndedRun>`
    select id, state, error from (
      select id, state, error, ended_at from runs where ended_at is not null order by created_at desc, id desc limit ${LAST_ENDED}
    ) newest
    order by ended_at desc, id desc`.execute(store.db);
  return rows;
}
