/** Feeds `runyard classify` with as many megabytes of output as its argument says; prints how long it took and its largest memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const megabytes = Number(process.argv[2]);
const root = path.join(import.meta.dirname, '../..');
const start = performance.now();
const child = spawn(
  process.execPath,
  [path.join(root, 'src/cli/main.ts'), 'classify', '--exit-code', '1', '--json'],
  {
    cwd: root,
    stdio: ['pipe', 'ignore', 'inherit'],
  },
);
let rssMiB = 0;
const sample = setInterval(() => {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    if (peak) rssMiB = Math.max(rssMiB, Number(peak) / 1024);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
  }
}, 5);
const block = `${'compiling module 42 of 1000 without a word of trouble\n'.repeat(19_000)}error TS2304 in the middle\n`;
for (let sent = 0; sent < megabytes * 1024 * 1024; sent += block.length) {
  if (!child.stdin.write(block)) await new Promise((resolve) => child.stdin.once('drain', resolve));
}
child.stdin.end();
await new Promise((resolve) => child.once('close', resolve));
clearInterval(sample);
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, rssMiB }));
