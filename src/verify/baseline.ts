import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxMode } from '../domain/sandbox.ts';
import { type Check, type CheckResult, checkResultSchema } from '../domain/verdict.ts';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';
import type { CheckTree } from './check-tree.ts';
import { notRun } from './run-check.ts';

/** The same checks on the base commit, run when first asked for. */
export interface Baseline {
  resultOf(check: Check): Promise<CheckResult>;
  remove(): Promise<void>;
}

export interface BaselineOptions {
  readonly baseCommit: string;
  /** All checks in their order: what runs before a check may make what it needs. */
  readonly checks: readonly Check[];
  /** `<data>/baselines`. */
  readonly folder: string;
  readonly sandboxMode: SandboxMode;
  /** What besides the commit decides a result: how packages are installed, and which Node runs. */
  readonly environmentKey: string;
  readonly changedFiles: readonly string[];
  readonly createTree: () => Promise<CheckTree>;
  readonly run: (check: Check, tree: CheckTree) => Promise<CheckResult>;
}

/**
 * The base commit is checked only where the change did not pass: a pass needs no comparison, so a green change costs nothing extra, and
 * what V3 needs is still measured and never assumed. Before a check, the ones ahead of it run too where they may produce files
 * (installing, type checking with emit, building, custom ones), so that base and change meet it in the same state. Results are kept
 * by base commit, check, installation, Node and sandbox.
 */
export function createBaseline(options: BaselineOptions): Baseline {
  const results = new Map<string, CheckResult>();
  let laidOut: Promise<CheckTree> | null = null;
  const tree = () => {
    laidOut ??= options.createTree();
    return laidOut;
  };

  async function runUpTo(check: Check): Promise<CheckResult> {
    const place = await tree();
    if (place.install && place.install.status !== 'passed') {
      return check.name === place.install.check.name
        ? place.install
        : notRun(check, 'the packages could not be installed on the base commit');
    }
    if (check.name === place.install?.check.name) return place.install;
    for (const earlier of options.checks.slice(
      0,
      options.checks.findIndex(({ name }) => name === check.name),
    )) {
      if (!results.has(earlier.name) && producesFiles(earlier))
        results.set(earlier.name, await options.run(earlier, place));
    }
    const result = await options.run(check, place);
    results.set(check.name, result);
    return result;
  }

  return {
    async resultOf(check) {
      const known = results.get(check.name);
      if (known) return known;
      const file = join(options.folder, fileNameOf(check, options));
      const kept = await readKept(file);
      if (kept) return { ...kept, check };
      const result = await runUpTo(check);
      if (isWorthKeeping(result)) await keep(file, result);
      return result;
    },
    async remove() {
      if (laidOut)
        await laidOut.then(
          (place) => place.remove(),
          () => undefined,
        );
    },
  };
}

function producesFiles({ kind }: Check): boolean {
  return kind === 'install' || kind === 'typecheck' || kind === 'build' || kind === 'custom';
}

/** What did not run may run tomorrow, when a tool or a registry is back. */
function isWorthKeeping({ status, check }: CheckResult): boolean {
  return check.kind !== 'install' && (status === 'passed' || status === 'failed' || status === 'timed-out');
}

function fileNameOf(
  check: Check,
  { baseCommit, sandboxMode, changedFiles, environmentKey }: BaselineOptions,
): string {
  const parts = {
    form: 1,
    check: { name: check.name, kind: check.kind, argv: check.argv, timeoutMs: check.timeoutMs },
    environmentKey,
    sandboxMode,
    platform: [process.platform, process.arch],
    changedFiles: check.kind === 'imports' ? changedFiles : null,
  };
  return `${baseCommit}-${sha256Hex(canonicalJson(parts)).slice(0, 24)}.json`;
}

async function readKept(file: string): Promise<CheckResult | null> {
  try {
    return checkResultSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Absent, or half written by a crash: it is made anew.
    return null;
  }
}

async function keep(file: string, result: CheckResult): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  await writeFile(draft, JSON.stringify(result), { mode: 0o600 });
  await rename(draft, file);
}
