import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { memoryOf, proportionalMemoryOf, workersOf } from '../measure/processes.ts';
import { oneFileRepository } from '../measure/repository.ts';
import { eventsUntil, start, succeeded } from '../measure/runs.ts';
import { startServer } from '../measure/server.ts';
import { editSpec, programSpec } from '../measure/specs.ts';
import { summaryOf } from '../measure/statistics.ts';

const IN_FLIGHT = 64;
const WARM_UP_RUNS = 100;
const REAL_RUNS = 400;
const AT_ONCE = 4;
const ENGINE_RUNS = 10_000;
const MB = 1024 * 1024;

/** Memory of a server with many runs in flight and after many runs, of its workers, and of the engine alone after very many. */
export async function memory(folder: string): Promise<object> {
  const dataDir = path.join(folder, 'data');
  const repository = await oneFileRepository(path.join(folder, 'repository'));
  const server = await startServer(dataDir, {
    RUNYARD_SCHEDULER_MAX_RUNS: String(IN_FLIGHT),
    RUNYARD_SCHEDULER_MAX_RUNS_PER_REPOSITORY: String(IN_FLIGHT),
  });
  try {
    const idle = memoryOf(server.pid).now;
    const edit = await editSpec(repository, { dataDir, folder });
    const many = (count: number) =>
      inTurns(count, async () => succeeded(server.api, await start(server.api, edit)));
    await many(WARM_UP_RUNS);
    const before = memoryOf(server.pid).now;
    await many(REAL_RUNS);
    const growthPerRunBytes = (memoryOf(server.pid).now - before) / REAL_RUNS;
    const sleeping = await programSpec(repository, 'sleep-long', { dataDir, folder });
    const ids: string[] = [];
    for (let run = 0; run < IN_FLIGHT; run += 1) ids.push(await start(server.api, sleeping));
    for (const id of ids) await eventsUntil(server.api, id, ({ type }) => type === 'attempt.started');
    const busy = memoryOf(server.pid).now;
    const workers = workersOf(server.pid);
    const workerRss = summaryOf(workers.map((pid) => memoryOf(pid).now / MB));
    const workerPss = summaryOf(workers.map((pid) => proportionalMemoryOf(pid) / MB));
    for (const id of ids) await server.api.cancel(id, { by: 'bench', reason: 'measured' });
    return {
      serverMB: { idle: idle / MB, with64RunsInFlight: busy / MB },
      realRuns: { runs: REAL_RUNS, growthPerRunBytes },
      workerMB: { rss: workerRss, pss: workerPss, workers: workers.length },
      engine: await engineGrowth(path.join(folder, 'engine')),
    };
  } finally {
    await server.stop();
  }
}

/** The engine in a process of its own, so that nothing else grows there. */
async function engineGrowth(dataDir: string): Promise<object> {
  const database = await startEmbeddedDatabase({ dataDir });
  try {
    const program = path.join(import.meta.dirname, '../measure/growth-process.ts');
    const child = fork(program, [JSON.stringify(database.connection), String(ENGINE_RUNS)], {
      execArgv: ['--expose-gc'],
    });
    const [growth] = (await once(child, 'message')) as [object];
    await once(child, 'exit');
    return growth;
  } finally {
    await database.stop();
  }
}

async function inTurns(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const turn = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
}
