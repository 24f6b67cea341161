import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { memoryOf } from '../measure/processes.ts';
import { oneFileRepository } from '../measure/repository.ts';
import { eventsUntil, start, succeeded } from '../measure/runs.ts';
import { startServer } from '../measure/server.ts';
import { editSpec, programSpec } from '../measure/specs.ts';
import { summaryOf } from '../measure/statistics.ts';

const SAMPLES = 10;
const MB = 1024 * 1024;

/** An agent prints a gigabyte; what that does to the server, and to runs beside it. */
export async function muchOutput(folder: string): Promise<object> {
  const dataDir = path.join(folder, 'data');
  const loopFile = path.join(folder, 'loop.json');
  const probe = pathToFileURL(path.join(import.meta.dirname, '../measure/event-loop-probe.mjs')).href;
  const repository = await oneFileRepository(path.join(folder, 'repository'));
  const server = await startServer(dataDir, {
    NODE_OPTIONS: `--import=${probe}`,
    RUNYARD_BENCH_LOOP_FILE: loopFile,
    RUNYARD_SCHEDULER_MAX_RUNS_PER_REPOSITORY: '4',
  });
  let figures: object;
  try {
    const { api } = server;
    const edit = await editSpec(repository, { dataDir, folder });
    const sample = async () => {
      const startedAt = performance.now();
      await succeeded(api, await start(api, edit));
      return performance.now() - startedAt;
    };
    for (let run = 0; run < 3; run += 1) await sample();
    const alone = await several(sample);
    const loudStartedAt = performance.now();
    const loud = await start(api, await programSpec(repository, 'print-a-gigabyte', { dataDir, folder }));
    await eventsUntil(api, loud, ({ type }) => type === 'attempt.started');
    const beside = await several(sample);
    const wasStillLoud = (await api.run(loud)).run.state === 'running';
    await succeeded(api, loud);
    figures = {
      gigabyteRunMs: performance.now() - loudStartedAt,
      serverMostRssMB: memoryOf(server.pid).most / MB,
      runAloneMs: summaryOf(alone),
      runBesideMs: summaryOf(beside),
      ratioOfMedians: summaryOf(beside).median / summaryOf(alone).median,
      stillPrintingAtTheLastSample: wasStillLoud,
    };
  } finally {
    await server.stop();
  }
  return { ...figures, eventLoopDelay: JSON.parse(await readFile(loopFile, 'utf8')) as object };
}

async function several(sample: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let run = 0; run < SAMPLES; run += 1) samples.push(await sample());
  return samples;
}
