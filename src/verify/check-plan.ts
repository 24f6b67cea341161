import type { RunSpec } from '../domain/run.ts';
import type { Check } from '../domain/verdict.ts';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import type { CommitTree } from './commit-tree.ts';
import { type DetectedChecks, detectChecks } from './detect/detect-checks.ts';
import { operatorChecks, overrideFile, parseOverride } from './detect/override.ts';
import type { Install } from './detect/package-manager.ts';
import type { RelatedTests } from './detect/related-tests.ts';
import { readRepositoryFiles } from './detect/repository-files.ts';

/** What is run to verify a change, and how the base commit is installed for comparison. */
export interface CheckPlan {
  readonly checks: readonly Check[];
  readonly relatedTests: RelatedTests | null;
  readonly install: Install | null;
  readonly baseInstall: Install | null;
  readonly warnings: readonly string[];
  readonly broken: DetectedChecks['broken'];
  /** Checks of the base commit that the change took away. */
  readonly removed: readonly Check[];
}

export interface PlanOptions {
  readonly base: CommitTree;
  readonly head: CommitTree;
  readonly commands: RunSpec['checks']['commands'];
  readonly timeoutMs: number;
  readonly environment: HostEnvironment;
}

/**
 * The operator's commands, else those of runyard.yaml on the base commit (the change cannot choose what it is judged by), else what the
 * change's own tree has. What the base has and the change has not is kept in mind: taking a check away is no way to pass it.
 */
export async function planChecks({
  base,
  head,
  commands,
  timeoutMs,
  environment,
}: PlanOptions): Promise<CheckPlan> {
  const path = userPath(environment['PATH']);
  const options = { timeoutMs, hasExecutable: (name: string) => findExecutable(name, path) !== null };
  const detected = detectChecks(await readRepositoryFiles(head), options);
  const onBase = detectChecks(await readRepositoryFiles(base), options);
  const override = parseOverride(await base.readText(overrideFile), timeoutMs);
  const given = operatorChecks(commands, timeoutMs) ?? override.checks;
  const installs = installsOf(override.install, detected, onBase);
  const lifecycle = installs.install ? detected.lifecycle : [];
  if (given) {
    return {
      checks: [...lifecycle, ...given],
      relatedTests: null,
      ...installs,
      warnings: [],
      broken: detected.broken,
      removed: [],
    };
  }
  const names = new Set(detected.checks.map(({ name }) => name));
  return {
    checks: [...lifecycle, ...detected.checks],
    relatedTests: detected.relatedTests,
    ...installs,
    warnings: detected.warnings,
    broken: detected.broken,
    removed: onBase.checks.filter(({ name }) => !names.has(name)),
  };
}

function installsOf(
  given: readonly [string, ...string[]] | false | null,
  detected: DetectedChecks,
  onBase: DetectedChecks,
): { install: Install | null; baseInstall: Install | null } {
  if (given === false) return { install: null, baseInstall: null };
  if (given === null) return { install: detected.install, baseInstall: onBase.install };
  const install = { argv: given, source: overrideFile };
  return { install, baseInstall: install };
}
