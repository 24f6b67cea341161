import { sql } from 'kysely';
import { inTransaction } from './in-transaction.ts';
import { lockRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { fetchableJob } from './run-job.ts';

/**
 * Gives admitted runs whose job the engine gave up or lost a new one; without it they would wait for a worker until their start
 * deadline. Jobs of owned runs are seen to by their heartbeats, jobs without a run by the claim that fetches them.
 */
export async function restoreJobs(queue: Queue): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from runs where state = 'starting' and not exists (
      select from pgboss.job where job.name = 'runs' and job.id = runs.job_id and job.state in ('created', 'retry')
    )`.execute(queue.store.db);
  for (const { id } of rows) {
    await inTransaction(queue, async (tx) => {
      const run = await lockRun(tx, id);
      if (run.state !== 'starting') return;
      const jobId = await fetchableJob(queue.boss, tx, run);
      await tx.updateTable('runs').set({ job_id: jobId }).where('id', '=', id).execute();
    });
  }
}
