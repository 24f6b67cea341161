import { sql } from 'kysely';
import type { RunState } from '../domain/run-state.ts';
import type { Queue } from './queue.ts';

/** A way in which runs and the engine's jobs contradict each other. */
export interface Violation {
  readonly kind: 'run-without-job' | 'run-with-wrong-job' | 'job-without-run';
  readonly runId: string | null;
  readonly runState: RunState | null;
  readonly jobId: string | null;
  readonly jobState: string | null;
}

/**
 * The invariant of this folder: a run has a live job exactly when it is starting (the job waits) or running (the job is fetched). One
 * statement, so one moment. An empty list is health; what the engine does by itself (retry, expiry) shows here until it is mended by
 * the next heartbeat, claim or enforceDeadlines.
 */
export async function listViolations({ store }: Pick<Queue, 'store'>): Promise<Violation[]> {
  const { rows } = await sql<Violation>`
    with live as (
      select id, state, data ->> 'runId' as run_id from pgboss.job
      where name = 'runs' and state in ('created', 'retry', 'active')
    ), active as (
      select id, state, job_id from runs where state in ('starting', 'running')
    )
    select
      case
        when live.id is null then 'run-without-job'
        when active.id is null then 'job-without-run'
        else 'run-with-wrong-job'
      end as kind,
      coalesce(active.id, live.run_id) as "runId",
      active.state as "runState",
      live.id as "jobId",
      live.state::text as "jobState"
    from active full join live on live.id = active.job_id
    where live.id is null or active.id is null
      or (active.state = 'starting') <> (live.state in ('created', 'retry'))
    order by 2, 4`.execute(store.db);
  return rows;
}
