import type pg from 'pg';
import { noOpRuns, openNode } from './no-op-runs.ts';

/** Forked by bench/node/memory.ts: runs the engine for so many runs and tells how its memory grew, after a warm-up. */
const [connection = '', count = ''] = process.argv.slice(2);
const WARM_UP_RUNS = 2_000;
const runs = Number(count);

const node = await openNode(JSON.parse(connection) as pg.PoolConfig, 'node-growth');
await noOpRuns(node, WARM_UP_RUNS);
const before = measured();
await noOpRuns(node, runs);
const after = measured();
process.send?.({
  runs,
  rssGrowthPerRunBytes: (after.rss - before.rss) / runs,
  heapGrowthPerRunBytes: (after.heapUsed - before.heapUsed) / runs,
});
await node.close();

function measured(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}
