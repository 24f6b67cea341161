import { realpathSync } from 'node:fs';
import type { RunSpec } from '../domain/run.ts';
import type { Check } from '../domain/verdict.ts';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import type { CommitTree } from './commit-tree.ts';
import { type DetectedChecks, detectChecks } from './detect/detect-checks.ts';
import type { LeftOut } from './detect/found.ts';
import type { Install } from './detect/install.ts';
import { operatorChecks, parseOverride } from './detect/override.ts';
import { overrideFile } from './detect/override-file.ts';
import { readRepositoryFiles } from './detect/repository-files.ts';
import type { Affected } from './detect/workspace.ts';

/** What is run to verify a change, and how the base commit is installed for comparison. */
export interface CheckPlan {
  readonly checks: readonly Check[];
  readonly install: Install | null;
  readonly baseInstall: Install | null;
  readonly warnings: readonly string[];
  readonly broken: DetectedChecks['broken'];
  /** Checks of the base commit that the change took away. */
  readonly removed: readonly Check[];
  /** Why each check is there, by its name. */
  readonly reasons: ReadonlyMap<string, readonly string[]>;
  /** What looks like a check and is not run. */
  readonly leftOut: readonly LeftOut[];
  /** null: no monorepo. */
  readonly workspace: { readonly source: string; readonly total: number; readonly affected: Affected } | null;
  /** Programs that were asked for, and whether the machine has them: what of the machine decided. */
  readonly programs: ReadonlyMap<string, boolean>;
}

export interface PlanOptions {
  readonly base: CommitTree;
  readonly head: CommitTree;
  readonly commands: RunSpec['checks']['commands'];
  readonly timeoutMs: number;
  readonly environment: HostEnvironment;
  /** Paths that differ between base and head, deleted ones too; absent: every package of a monorepo is checked. */
  readonly changedFiles?: readonly string[];
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
  changedFiles,
}: PlanOptions): Promise<CheckPlan> {
  const files = await readRepositoryFiles(head);
  const baseFiles = base === head ? files : await readRepositoryFiles(base, { tree: head, files });
  const override = parseOverride(baseFiles.texts.get(overrideFile) ?? null, timeoutMs);
  const programs = programsOf(environment);
  const options = {
    timeoutMs,
    hasExecutable: programs.has,
    changedFiles: changedFiles ?? null,
    installs: override.install !== false,
  };
  const detected = detectChecks(files, options);
  const onBase = base === head ? detected : detectChecks(baseFiles, options);
  const given = operatorChecks(commands, timeoutMs) ?? override.checks;
  const installs = installsOf(override.install, detected, onBase);
  const lifecycle = installs.install ? detected.lifecycle : [];
  const { leftOut, workspace } = detected;
  const broken = isOld(detected.broken, onBase.broken) ? null : detected.broken;
  const found = { ...installs, broken, workspace, programs: programs.answers };
  if (given) {
    const reasons = new Map(given.map(({ name, source }) => [name, [`${source} names it`]]));
    const checks = [...lifecycle, ...given];
    return {
      ...found,
      checks,
      warnings: [],
      removed: [],
      reasons,
      leftOut: [],
    };
  }
  const names = new Set(detected.checks.map(({ name }) => name));
  return {
    ...found,
    checks: [...lifecycle, ...detected.checks.map((check) => afterLifecycle(check, lifecycle))],
    warnings: detected.warnings,
    removed: onBase.checks.filter(
      ({ name, folder }) => !names.has(name) && isStillThere(folder, files.names),
    ),
    reasons: detected.reasons,
    leftOut,
  };
}

/** A package that was broken before is for its package manager to report, on both sides. */
function isOld(now: DetectedChecks['broken'], before: DetectedChecks['broken']): boolean {
  return now?.file !== 'package.json' && now?.file === before?.file && now?.message === before?.message;
}

/** Scripts of an installation may make files that any check reads. */
function afterLifecycle(check: Check, lifecycle: readonly Check[]): Check {
  if (check.needs === undefined || lifecycle.length === 0) return check;
  return { ...check, needs: [...lifecycle.map(({ name }) => name), ...check.needs] };
}

/** A package that is gone with all its files takes its checks with it. */
function isStillThere(folder: string | undefined, names: ReadonlyMap<string, unknown>): boolean {
  if (folder === undefined || names.has(folder)) return true;
  return [...names.keys()].some((other) => other.startsWith(`${folder}/`));
}

/** Which programs the machine has, and what was answered so far. A shim of corepack counts as absent: it would fetch its program when it is called, where a check has no network. */
export function programsOf(environment: HostEnvironment): {
  readonly has: (name: string) => boolean;
  readonly answers: ReadonlyMap<string, boolean>;
} {
  const path = userPath(environment['PATH']);
  const answers = new Map<string, boolean>();
  const has = (name: string) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const file = findExecutable(name, path);
    const answer = file !== null && !/\/corepack\//.test(realpathSync(file));
    answers.set(name, answer);
    return answer;
  };
  return { has, answers };
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
