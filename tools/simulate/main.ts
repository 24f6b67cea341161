import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/** `npm run simulate -- --seeds 100 [--seed 1]`: ends with 1 at a violated invariant, and says which seed shows it again. */
function main(): void {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
  });
  const first = Number(values.seed);
  const count = Number(values.seeds);
  const startedAt = performance.now();
  let runs = 0;
  let recoveries = 0;
  for (let seed = first; seed < first + count; seed++) {
    const result = simulate(seed);
    runs += result.runs;
    recoveries += result.recoveries;
    if (result.violations.length === 0) continue;
    console.error(`seed ${seed}: ${result.violations.join('; ')}`);
    console.error(`Again: npm run simulate -- --seed ${seed} --seeds 1`);
    process.exitCode = 1;
    return;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const speed = Math.round(runs / seconds);
  console.log(`${runs} runs of ${count} seeds, ${recoveries} recoveries, no violated invariant.`);
  console.log(`${seconds.toFixed(1)} s, ${speed} runs per second.`);
}

main();
