import { join } from 'node:path';
import { z } from 'zod';
import type { SandboxMode } from '../domain/sandbox.ts';
import { type Check, type CheckResult, checkResultSchema } from '../domain/verdict.ts';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';
import type { CheckTree } from './check-tree.ts';
import { createEarlyRuns, type EarlyRunsOptions } from './early-runs.ts';
import { keep, readKept } from './kept-file.ts';
import { notRun } from './run-check.ts';
import { needsOf, producesFiles } from './schedule.ts';
import { longestKeptMs, wouldEndAlike } from './would-end-alike.ts';

/** The same checks on the base commit, run when first asked for, one at a time. */
export interface Baseline {
  /**
   * `onBase`: how the base commit is asked the same, where that differs: the tests of some files, without the files it has not. null: it has
   * none of them, and nothing is worse there.
   */
  resultOf(check: Check, onBase?: Check | null): Promise<CheckResult>;
  /** Runs a check, and what it needs, before anybody asks for it, on what the machine has left over. Never rejects. */
  runEarly(check: Check, stop: AbortSignal): Promise<void>;
  /** Further runs of a check, at most `count`, fewer where the time is over: what a flaky test is told by. */
  again(check: Check, options: AgainOptions): Promise<readonly CheckResult[]>;
  remove(): Promise<void>;
}

export interface AgainOptions {
  readonly count: number;
  /** For all of them. */
  readonly limitMs: number;
  /** Enough is known. */
  readonly until: (runs: readonly CheckResult[]) => boolean;
}

export interface BaselineOptions {
  /** The tree object of the base commit. */
  readonly baseTree: string;
  /** All checks in their order: what runs before a check may make what it needs. */
  readonly checks: readonly Check[];
  /** `<data>/baselines`. */
  readonly folder: string;
  readonly sandboxMode: SandboxMode;
  /** What besides the tree and the check decides a result: how packages are installed, the tools of the machine, variables. */
  readonly environmentKey: string;
  readonly changedFiles: readonly string[];
  readonly createTree: () => Promise<CheckTree>;
  readonly run: (check: Check, tree: CheckTree) => Promise<CheckResult>;
  /** Nobody is told of what it does. */
  readonly early: EarlyRunsOptions;
}

/**
 * The base commit is checked only where the change did not pass, and once per tree where tests did, to compare how many ran: any other pass
 * needs no comparison, and what V3 needs is still measured and never assumed. Before a check, the ones whose files it needs run too, so
 * that base and change meet it in the same state. Results that another run would not turn around are kept for a day, by the tree object,
 * which has the lock file in it, and by check, installation, tools, variables and
 * sandbox: two commits of equal content share them.
 */
export function createBaseline(options: BaselineOptions): Baseline {
  const files = keptResults(options);
  const results = new Map<string, CheckResult>();
  let laidOut: Promise<CheckTree> | null = null;
  const turns = takingTurns();
  const early = createEarlyRuns(options.early);

  const tree = () => (laidOut ??= options.createTree());
  async function runUpTo(check: Check, onBase: Check): Promise<CheckResult> {
    const place = await tree();
    const instead = insteadOf(check, place);
    if (instead) return instead;
    for (const earlier of neededBy(check, options.checks)) {
      if (!results.has(earlier.name)) results.set(earlier.name, await options.run(earlier, place));
    }
    return options.run(onBase, place);
  }

  async function resultOf(check: Check, onBase: Check): Promise<CheckResult> {
    const known = results.get(check.name);
    if (known) return known;
    const kept = await files.read(onBase);
    const result = kept
      ? { ...kept, check, cached: true }
      : ((await early.passOf(onBase)) ?? (await runUpTo(check, onBase)));
    if (!kept && isWorthKeeping(result)) await files.write(onBase, result);
    results.set(check.name, { ...result, check });
    return { ...result, check };
  }

  async function again(check: Check, further: AgainOptions): Promise<readonly CheckResult[]> {
    const file = join(options.folder, `again-${fileNameOf(check, options)}`);
    const kept = inTime(await readKept(file, keptRuns));
    const known = kept?.runs ?? [];
    const runs = await withFurther(known, further, async (timeoutMs) => {
      return { ...(await runUpTo(check, { ...check, timeoutMs })), check };
    });
    // What the machine may have caused counts today, and is asked anew tomorrow.
    if (runs.length > known.length)
      await keep(file, { at: kept?.at ?? Date.now(), runs: runs.filter(isWorthKeeping) });
    return runs;
  }

  return {
    resultOf: async (check, onBase = check) => {
      if (onBase === null)
        return { ...notRun(check, 'the base commit has none of these files'), status: 'passed' };
      return turns.take(() => resultOf(check, onBase));
    },
    async runEarly(check, stop) {
      if (!(await files.read(check))) await early.begin([...neededBy(check, options.checks), check], stop);
    },
    again: (check, further) => turns.take(() => again(check, further)),
    async remove() {
      await turns.take(async () => undefined);
      const place = await laidOut?.catch(() => null);
      await place?.remove();
    },
  };
}

/** Until there are enough, the time is over, or one says nothing. */
async function withFurther(
  known: readonly CheckResult[],
  { count, limitMs, until }: AgainOptions,
  run: (timeoutMs: number) => Promise<CheckResult>,
): Promise<CheckResult[]> {
  const runs = [...known];
  for (let leftMs = limitMs; runs.length < count && leftMs > 0 && !until(runs); ) {
    const result = await run(Math.ceil(leftMs));
    if (!isDefinite(result)) break;
    leftMs -= result.durationMs;
    runs.push(result);
  }
  return runs;
}

function keptResults(options: BaselineOptions) {
  const fileOf = (check: Check) => join(options.folder, fileNameOf(check, options));
  return {
    read: async (check: Check) => inTime(await readKept(fileOf(check), keptResult))?.result ?? null,
    write: (check: Check, result: CheckResult) => keep(fileOf(check), { at: Date.now(), result }),
  };
}

/** What is known without running it: the installation itself, and that nothing runs without it. */
function insteadOf(check: Check, { install }: CheckTree): CheckResult | null {
  if (check.name === install?.check.name) return install;
  if (!install || install.status === 'passed') return null;
  return notRun(check, 'the packages could not be installed on the base commit');
}

/** Several lanes may ask at once, and a tree takes one check at a time. */
function takingTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take<T>(work: () => Promise<T>): Promise<T> {
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** In the order of the plan; a check that is none of the plan is a part of one, and the plan's needs are its own. */
function neededBy(check: Check, checks: readonly Check[]): Check[] {
  const parents = checks
    .filter(({ name }) => check.name.startsWith(`${name}:`))
    .sort((a, b) => b.name.length - a.name.length);
  const whole = checks.find(({ name }) => name === check.name) ?? parents[0] ?? check;
  const pending = [...needsOf(whole, checks)];
  const names = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const found = checks.find((other) => other.name === name);
    for (const need of found ? needsOf(found, checks) : []) {
      if (!names.has(need)) pending.push(need);
      names.add(need);
    }
  }
  return checks.filter(
    (other) => names.has(other.name) || (other.kind === 'install' && other.name !== check.name),
  );
}

/** What did not run, or took too long, says nothing about any test. */
function isDefinite({ status, check }: CheckResult): boolean {
  return check.kind !== 'install' && (status === 'passed' || status === 'failed');
}

/** A failure that only chance brought would excuse every later change that fails alike. */
function isWorthKeeping(result: CheckResult): boolean {
  return isDefinite(result) && wouldEndAlike(result);
}

const keptResult = z.object({ at: z.number(), result: checkResultSchema });
const keptRuns = z.object({ at: z.number(), runs: z.array(checkResultSchema) });

function inTime<T extends { readonly at: number }>(kept: T | null): T | null {
  return kept && Date.now() - kept.at <= longestKeptMs ? kept : null;
}

function fileNameOf(
  check: Check,
  { baseTree, sandboxMode, changedFiles, environmentKey, checks }: BaselineOptions,
): string {
  const parts = {
    form: 3,
    check: identityOf(check),
    needs: neededBy(check, checks).filter(producesFiles).map(identityOf),
    environmentKey,
    sandboxMode,
    platform: [process.platform, process.arch],
    changedFiles: check.kind === 'imports' ? changedFiles : null,
  };
  return `${baseTree}-${sha256Hex(canonicalJson(parts)).slice(0, 24)}.json`;
}

function identityOf({ name, kind, argv, timeoutMs, folder }: Check) {
  return { name, kind, argv, timeoutMs, folder: folder ?? null };
}
