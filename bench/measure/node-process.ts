import type pg from 'pg';
import { noOpRuns, openNode } from './no-op-runs.ts';

/** A node of bench/engine in a process of its own: says when it is ready, waits for the word, does its runs and ends. */
const [, , connection = '', id = '', count = ''] = process.argv;
const node = await openNode(JSON.parse(connection) as pg.PoolConfig, id);
await noOpRuns(node, 20);
process.once('message', () => {
  void (async () => {
    await noOpRuns(node, Number(count));
    await node.close();
    process.disconnect?.();
  })();
});
process.send?.('ready');
