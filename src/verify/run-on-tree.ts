import type { Check, CheckResult } from '../domain/verdict.ts';
import type { CheckTree } from './check-tree.ts';
import type { FormatPolicy } from './judge.ts';
import { runCheck } from './run-check.ts';
import type { VerifyHost } from './sandbox-settings.ts';

type Side = 'baseline' | 'change';

export interface CheckRunnerOptions {
  readonly host: VerifyHost;
  /** Paths the change added or modified. */
  readonly changedFiles: readonly string[];
  /** Paths of the base commit. */
  readonly baseFiles: ReadonlySet<string>;
  readonly format: FormatPolicy;
  readonly stopEarly: boolean;
  /** How many checks may run side by side. */
  readonly parallel: number;
  /** How many tests the change takes away; null: nobody can say. Absent: none. Asked only where fewer tests run than on the base commit. */
  readonly removedTests?: () => Promise<number | null>;
  /** Told once what answers soonest has answered: the tests of the changed files, else the look at the imports. */
  readonly firstAnswer?: () => void;
  readonly started: (check: Check, on: Side) => void;
  readonly finished: (result: CheckResult, on: Side) => void;
}

export interface RunHow {
  readonly options: CheckRunnerOptions;
  readonly on: Side;
  readonly stop?: AbortSignal;
  /** Nobody is told. */
  readonly isQuiet?: boolean;
  /** At the lowest priority. */
  readonly isBackground?: boolean;
}

const MOST_EDITED = 1_000;

/** One check on a tree; files of the commit that it edited are put back, and named in the result. */
export async function runOnTree(check: Check, tree: CheckTree, how: RunHow): Promise<CheckResult> {
  const { host, changedFiles } = how.options;
  if (!how.isQuiet) how.options.started(check, how.on);
  const { checkout, home, objects } = tree;
  const { isBackground = false } = how;
  const place = { checkout, home, readable: objects, host, changedFiles, isBackground };
  const ran = await runCheck(check, place, how.stop);
  const edited = await tree.edits.restoreEdited();
  const result = edited.length > 0 ? { ...ran, edited: edited.slice(0, MOST_EDITED) } : ran;
  if (!how.isQuiet) how.options.finished(result, how.on);
  return result;
}
