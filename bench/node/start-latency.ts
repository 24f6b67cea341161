import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { oneFileRepository } from '../measure/repository.ts';
import { start, succeeded } from '../measure/runs.ts';
import { startServer } from '../measure/server.ts';
import { editSpec } from '../measure/specs.ts';
import { summaryOf } from '../measure/statistics.ts';

const SAMPLES = 40;
const SPAWNS = 30;
/** Until the warm worker that a run took has been replaced: the server is idle again. */
const IDLE_MS = 1_500;

/** From the request that accepts a run to the first word of its worker, one run after the other on an idle server. */
export async function startLatency(folder: string): Promise<object> {
  const dataDir = path.join(folder, 'data');
  const repository = await oneFileRepository(path.join(folder, 'repository'));
  const server = await startServer(dataDir);
  const samples: number[] = [];
  try {
    const spec = await editSpec(repository, { dataDir, folder });
    for (let sample = -3; sample < SAMPLES; sample += 1) {
      await delay(IDLE_MS);
      const askedAt = Date.now();
      const events = await succeeded(server.api, await start(server.api, spec));
      const first = events.find(({ type }) => type === 'stage.started');
      if (sample >= 0) samples.push(Date.parse(first?.at ?? '') - askedAt);
    }
  } finally {
    await server.stop();
  }
  const spawns: number[] = [];
  for (let sample = 0; sample < SPAWNS; sample += 1) spawns.push(await bareSpawn());
  const acceptToWorkerMs = { ...summaryOf(samples), p99: percentile(samples, 0.99) };
  const bareSpawnMs = summaryOf(spawns);
  return {
    acceptToWorkerMs,
    bareSpawnMs,
    ratio: acceptToWorkerMs.median / bareSpawnMs.median,
    samples: SAMPLES,
  };
}

/** A Node that does nothing, from its start to its end. */
async function bareSpawn(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - startedAt;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
