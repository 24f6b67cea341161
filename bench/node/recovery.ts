import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { leaseMs } from '../../src/app/options.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { oneFileRepository } from '../measure/repository.ts';
import { eventsUntil, start } from '../measure/runs.ts';
import { startServer } from '../measure/server.ts';
import { programSpec } from '../measure/specs.ts';

const RUNS = 8;
const LONGEST_MS = 120_000;

/** Two nodes on one database; one is killed with all runs in flight on it. Until each run has a worker of the other node at work. */
export async function recovery(folder: string): Promise<object> {
  const shared = path.join(folder, 'database');
  await mkdir(shared, { mode: 0o700 });
  const database = await startEmbeddedDatabase({ dataDir: shared });
  try {
    const settings = {
      RUNYARD_DATABASE_URL: urlOf(database.connection),
      RUNYARD_SCHEDULER_MAX_RUNS: String(2 * RUNS),
      RUNYARD_SCHEDULER_MAX_RUNS_PER_REPOSITORY: String(2 * RUNS),
      RUNYARD_ARTIFACTS_DIR: path.join(folder, 'artifacts'),
    };
    const dataDir = path.join(folder, 'a');
    const first = await startServer(dataDir, settings);
    const repository = await oneFileRepository(path.join(folder, 'repository'));
    const spec = await programSpec(repository, 'sleep-long', { dataDir, folder });
    const ids: string[] = [];
    for (let run = 0; run < RUNS; run += 1) ids.push(await start(first.api, spec));
    for (const id of ids) await eventsUntil(first.api, id, ({ type }) => type === 'attempt.started');
    const second = await startServer(path.join(folder, 'b'), settings);
    const killedAt = performance.now();
    await first.kill();
    const owned = await Promise.all(ids.map((id) => untilOwnedAgain(second, id, killedAt)));
    for (const id of ids) await second.api.cancel(id, { by: 'bench', reason: 'measured' });
    await second.stop();
    const allOwnedAfterMs = Math.max(...owned);
    return {
      runs: RUNS,
      leaseMs,
      allOwnedAfterMs,
      overTheLeaseMs: allOwnedAfterMs - leaseMs,
      ratio: allOwnedAfterMs / leaseMs,
    };
  } finally {
    await database.stop();
  }
}

async function untilOwnedAgain(
  { api }: Awaited<ReturnType<typeof startServer>>,
  id: string,
  killedAt: number,
): Promise<number> {
  for (;;) {
    const { run } = await api.run(id);
    const elapsedMs = performance.now() - killedAt;
    if (run.state === 'running' && run.epoch > 1) return elapsedMs;
    if (elapsedMs > LONGEST_MS)
      throw new Error(`run ${id} is ${run.state} after ${Math.round(elapsedMs)} ms`);
    await delay(50);
  }
}

function urlOf({ host, user, password }: pg.PoolConfig): string {
  const secret = encodeURIComponent(String(password));
  return `postgres://${user}:${secret}@localhost/postgres?host=${encodeURIComponent(String(host))}`;
}
