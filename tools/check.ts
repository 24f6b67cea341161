import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkParts } from './check/parts.ts';
import { type PartResult, runParts } from './check/run-parts.ts';

/** `npm run check [-- [--except part] [part …]]`: everything a commit must pass, in about a minute. `npm run fix` mends what can be mended by itself. */

const { values, positionals: wanted } = parseArgs({
  options: { except: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
const parts = checkParts.filter(
  ({ name }) => (wanted.length === 0 || wanted.includes(name)) && !values.except.includes(name),
);
if (parts.length === 0) {
  console.log(`No such part. The parts are: ${checkParts.map((part) => part.name).join(', ')}`);
  process.exit(2);
}

const results = await runParts(parts, {
  root: path.resolve(import.meta.dirname, '..'),
  parallel: Math.max(1, Math.min(4, availableParallelism())),
  onResult: printLine,
});
const failed = results.filter((result) => !result.passed);
for (const result of failed) console.log(`\n── ${result.part.name} ──\n${result.output}`);
console.log(
  failed.length === 0
    ? '\nAll checks passed.'
    : `\nFailed: ${failed.map((result) => result.part.name).join(', ')}. Formatting and simple findings: npm run fix`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function printLine(result: PartResult): void {
  const seconds = (result.durationMs / 1000).toFixed(1).padStart(5);
  console.log(`${result.passed ? 'ok  ' : 'FAIL'}  ${result.part.name.padEnd(14)} ${seconds} s`);
}
