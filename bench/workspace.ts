import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ownMountsArgv } from '../src/git/overlay/detect-overlay.ts';
import { hasOwnMounts } from '../src/git/overlay/overlay-mount.ts';
import { describeMachine } from './measure/machine.ts';
import { rounded, type Summary, summaryOf } from './measure/statistics.ts';
import { createWorkspaceBench, type WorkspaceBench } from './measure/workspaces.ts';

/**
 * `npm run bench:workspace [-- --files 27000 --samples 3]`: how long the files of a large repository take to come into a workspace, by git's own
 * ways and by ours, and the first git status after each; and from how many files on an overlay is faster. Needs root: it mounts, in
 * a namespace of its own. Writes bench/results/workspace.json.
 */
const resultFile = path.join(import.meta.dirname, 'results/workspace.json');
const { values } = parseArgs({
  options: { files: { type: 'string', default: '27000' }, samples: { type: 'string', default: '3' } },
});
const files = Number(values.files);
const samples = Number(values.samples);
/** Where the break-even is looked for. */
const SIZES = [30, 300, 1000, 3000];
const SAMPLES_OF_SMALL = 9;

type Rows = Record<string, { readonly ms: Summary; readonly firstStatusMs: Summary | null }>;

if (hasOwnMounts()) await measureAll();
else startWithOwnMounts();

function startWithOwnMounts(): void {
  const [file, ...args] = [...ownMountsArgv(), process.execPath, ...process.argv.slice(1)];
  execFileSync(file, args, { stdio: 'inherit' });
}

async function measureAll(): Promise<void> {
  const machine = await describeMachine();
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-bench-'));
  try {
    const large = await createWorkspaceBench(path.join(folder, 'large'), files);
    const rows = await measure(large, samples);
    const bySize: Record<number, { checkoutMs: number; overlayMs: number }> = {};
    for (const size of SIZES) bySize[size] = await breakEven(folder, size);
    await report({ machine, rows, bySize });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All ways in turn, again and again: what slows the machine down for a while meets all of them. */
async function measure(bench: WorkspaceBench, count: number): Promise<Rows> {
  const taken = Object.entries(bench.ways).map(([name, once]) => ({
    name,
    once,
    ms: [] as number[],
    status: [] as number[],
  }));
  for (let sample = 0; sample < count; sample += 1) {
    for (const { name, once, ms, status } of taken) {
      const one = await once();
      ms.push(one.ms);
      if (one.firstStatusMs !== null) status.push(one.firstStatusMs);
      console.log(
        `${name.padEnd(36)} ${rounded(one.ms)} ms, first git status ${rounded(one.firstStatusMs ?? 0)} ms`,
      );
    }
  }
  return Object.fromEntries(
    taken.map(({ name, ms, status }) => {
      const firstStatusMs = status.length > 0 ? summaryOf(status) : null;
      return [name, { ms: summaryOf(ms), firstStatusMs }];
    }),
  );
}

async function breakEven(folder: string, size: number): Promise<{ checkoutMs: number; overlayMs: number }> {
  const bench = await createWorkspaceBench(path.join(folder, `files-${size}`), size);
  const taken: Record<'checkout' | 'overlay', number[]> = { checkout: [], overlay: [] };
  await bench.workspace('overlay');
  for (let sample = 0; sample < SAMPLES_OF_SMALL; sample += 1) {
    for (const way of ['checkout', 'overlay'] as const) taken[way].push((await bench.workspace(way)).ms);
  }
  const [checkoutMs, overlayMs] = [taken.checkout, taken.overlay].map((all) => summaryOf(all).median);
  console.log(
    `${size} files: checkout ${rounded(checkoutMs ?? 0)} ms, overlay ${rounded(overlayMs ?? 0)} ms`,
  );
  return { checkoutMs: checkoutMs ?? 0, overlayMs: overlayMs ?? 0 };
}

async function report(figures: { machine: object; rows: Rows; bySize: object }): Promise<void> {
  const result = {
    what: `a workspace of a generated repository of ${files} files, ${samples} times each; by size: our checkout against our overlay on a layer that is there, median of ${SAMPLES_OF_SMALL}`,
    command: `npm run bench:workspace -- --files ${files} --samples ${samples}`,
    date: new Date().toISOString(),
    ...figures,
    ratios: {
      overlayToWorktreeAdd: ratio(figures.rows, 'overlay over a prepared layer'),
      checkoutToWorktreeAdd: ratio(figures.rows, 'our checkout'),
    },
  };
  console.log(JSON.stringify(result.ratios));
  await mkdir(path.dirname(resultFile), { recursive: true });
  const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);
  await writeFile(resultFile, `${JSON.stringify(result, digits, 2)}\n`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}

function ratio(rows: Rows, way: string): number {
  return (rows[way]?.ms.median ?? Number.NaN) / (rows['git worktree add']?.ms.median ?? Number.NaN);
}
