import { statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { type CheckResult, checkResultSchema } from '../domain/verdict.ts';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import { environmentIdentity } from './check-environment.ts';
import type { CheckPlan } from './check-plan.ts';
import type { ChecksRun } from './checks-run.ts';
import { keep, readKept } from './kept-file.ts';
import { nodeIdentity } from './node-identity.ts';
import { isOutOfReach, type VerifyHost } from './sandbox-settings.ts';
import { rulingOn, testRunsSchema } from './test-runs.ts';
import { longestKeptMs, wouldEndAlike } from './would-end-alike.ts';

export interface CacheKey {
  readonly baseTree: string;
  readonly tree: string;
  readonly plan: KeyPlan;
  readonly host: VerifyHost;
  /** What is left out once the change is known to be worse. */
  readonly stopEarly: boolean;
}

/** What of a plan decides how its run ends. */
export type KeyPlan = Pick<CheckPlan, 'checks' | 'install' | 'baseInstall' | 'removed'>;

const kept = z.object({
  at: z.number(),
  run: z.object({
    results: z.array(checkResultSchema),
    baseline: z.array(checkResultSchema),
    testRuns: z.array(testRunsSchema),
    warnings: z.array(z.string()),
    left: z.array(z.string()),
  }),
});

const MOST_KEPT = 500;
const PREFIXES = ['run-', 'plan-', 'guards-'] as const;

/**
 * What checks said of a tree against a base tree, kept so that the same question is answered at once. Kept are runs of checks and not
 * verdicts: judging and guards come after, with the policy of the day. Only what would come out the same again: everything ended by itself,
 * nothing is flaky or looks like the machine's fault, and packages come from a lock file. And only where the sandbox keeps the folder out of
 * reach: elsewhere what is verified could write its own verdict.
 */
export async function findRun(folder: string, key: CacheKey): Promise<ChecksRun | null> {
  if (!isOutOfReach(key.host)) return null;
  const found = await readKept(fileOf(folder, key), kept);
  if (!found || Date.now() - found.at > longestKeptMs) return null;
  const cached = (results: readonly CheckResult[]) => results.map((result) => ({ ...result, cached: true }));
  return { ...found.run, results: cached(found.run.results), baseline: cached(found.run.baseline) };
}

/** Whether it was kept. */
export async function keepRun(folder: string, key: CacheKey, run: ChecksRun): Promise<boolean> {
  if (!isOutOfReach(key.host) || !isCertain(run, key.plan)) return false;
  await keep(fileOf(folder, key), { at: Date.now(), run });
  await prune(folder);
  return true;
}

type Installs = Pick<CheckPlan, 'install' | 'baseInstall'>;

export function isCertain({ results, baseline, testRuns, left }: ChecksRun, plan: Installs): boolean {
  const isLocked = ({ install, baseInstall }: Installs) =>
    [install, baseInstall].every((one) => one === null || /lock|shrinkwrap/.test(one.source));
  const isDefinite = (result: CheckResult) =>
    wouldEndAlike(result) ||
    // Left out because of a failure that is itself among the results, and has to be definite too.
    (result.status === 'not-run' && left.includes(result.check.name));
  const isSteady = testRuns.every(
    (runs) => rulingOn(runs) !== 'flaky' && runs.change.failures === runs.change.runs,
  );
  const isAnswered = results.some(({ check }) => !left.includes(check.name));
  return isLocked(plan) && isSteady && isAnswered && [...results, ...baseline].every(isDefinite);
}

function fileOf(folder: string, { baseTree, tree, plan, host, stopEarly }: CacheKey): string {
  const { checks, install, baseInstall, removed } = plan;
  const { mode, readable, masked } = host.sandbox;
  const parts = {
    form: 2,
    baseTree,
    tree,
    plan: { checks, install, baseInstall, removed },
    machine: machineIdentity(
      [...checks, ...removed].flatMap(({ argv }) => argv[0] ?? []),
      host.environment,
    ),
    sandbox: { mode, readable, masked },
    stopEarly,
  };
  return join(folder, `run-${sha256Hex(canonicalJson(parts))}.json`);
}

/** What of the machine decides how checks end: variables, and the programs they are started with. */
export function machineIdentity(tools: readonly string[], host: HostEnvironment): object {
  const path = userPath(host['PATH']);
  const programs = [...new Set(tools)].sort().map((tool) => {
    const found = tool.includes('/') ? null : findExecutable(tool, path);
    if (!found) return [tool, null];
    const { size, mtimeMs } = statSync(found);
    return [tool, found, size, mtimeMs];
  });
  return {
    // Another version may read the same output in another way.
    runyard: packageJson.version,
    platform: [process.platform, process.arch],
    node: nodeIdentity(host),
    environment: environmentIdentity(host),
    programs,
  };
}

/** The data folder's retention removes by age; this also bounds the folder of a `runyard verify` without a server. */
async function prune(folder: string): Promise<void> {
  const all = await readdir(folder);
  for (const prefix of PREFIXES)
    await pruneOf(
      folder,
      all.filter((name) => name.startsWith(prefix)),
    );
}

async function pruneOf(folder: string, names: readonly string[]): Promise<void> {
  if (names.length <= MOST_KEPT) return;
  const entries = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { file, at: (await stat(file).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  const oldest = entries.sort((a, b) => a.at - b.at).slice(0, names.length - MOST_KEPT);
  for (const { file } of oldest) await rm(file, { force: true });
}
