// Preloaded into a server by the bench (NODE_OPTIONS=--import): writes how late its event loop was, at its end. Other processes with the
// same environment are left alone.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.RUNYARD_BENCH_LOOP_FILE;
if (file && process.argv.includes('serve')) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  process.on('exit', () => {
    const ms = (nanoseconds) => nanoseconds / 1e6;
    writeFileSync(
      file,
      JSON.stringify({
        p50Ms: ms(delay.percentile(50)),
        p99Ms: ms(delay.percentile(99)),
        maxMs: ms(delay.max),
      }),
    );
  });
}
