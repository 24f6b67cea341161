// `npm test [-- vitest arguments]`: installs what is missing, runs all tests, ends with `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureWebBuilt } from './build-web.mjs';
import { closingLine } from './closing-line.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { ensureInstalled, note, runPinned } from './install.mjs';

/** Longer than any whole run; a run that reaches it hangs. */
const LONGEST_RUN_MS = 40 * 60_000;

ensureInstalled();
ensureDebianPackages();
await ensureWebBuilt();

const folder = mkdtempSync(path.join(tmpdir(), 'runyard-test-report-'));
const reportFile = path.join(folder, 'report.json');
const { code, signal } = await runPinned(
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...process.argv.slice(2),
  ],
  { timeoutMs: LONGEST_RUN_MS },
);
const report = readReport();
rmSync(folder, { recursive: true, force: true });

const executed = (report?.numPassedTests ?? 0) + (report?.numFailedTests ?? 0);
if (report === null) note(`the test runner left no report (${signal ?? `exit code ${code}`})`);
else if (executed === 0) note('no test was run');
process.exitCode = code === 0 && executed > 0 ? 0 : 1;
process.stdout.write(`${closingLine(report)}\n`);

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}
