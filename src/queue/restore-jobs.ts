import { sql } from 'kysely';
import { inTransaction } from './in-transaction.ts';
import { lockRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { fetchableJob, touchJob } from './run-job.ts';

/**
 * Gives runs whose job the engine gave up or lost a new one: an admitted run would wait for a worker until its start deadline, and the
 * job of an owned one is handed back to its owner by the claim that finds it. Jobs without a run end with the claim that fetches them.
 */
export async function restoreJobs(queue: Queue): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from runs where state in ('starting', 'running') and not exists (
      select from pgboss.job
      where job.name = 'runs' and job.id = runs.job_id
        and (job.state in ('created', 'retry') or (job.state = 'active' and runs.state = 'running'))
    )`.execute(queue.store.db);
  for (const { id } of rows) {
    await inTransaction(queue, async (tx) => {
      const run = await lockRun(tx, id);
      // Between the look and the lock its owner may have seen to it.
      if (run.state === 'running' ? await touchJob(queue.boss, tx, run) : run.state !== 'starting') return;
      const jobId = await fetchableJob(queue.boss, tx, run);
      await tx.updateTable('runs').set({ job_id: jobId, job_attempt: null }).where('id', '=', id).execute();
    });
  }
}
