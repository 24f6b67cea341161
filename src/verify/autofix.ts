import type { Autofix } from '../domain/attempt.ts';
import type { Check, CheckResult, Verdict } from '../domain/verdict.ts';
import { commitPaths } from '../git/commit-paths.ts';
import { fixableChecks } from './autofix-decision.ts';
import { planChecks } from './check-plan.ts';
import { type CheckTree, createCheckTree } from './check-tree.ts';
import { readChangedFiles, readCommitTree } from './commit-tree.ts';
import { runCheck } from './run-check.ts';
import type { VerifyHost } from './sandbox-settings.ts';
import type { VerifyOptions } from './verify-commit.ts';

export interface AutofixOptions extends VerifyOptions {
  /** Of `commit`. */
  readonly verdict: Verdict;
  /** Of the commit that replaces it. */
  readonly message: string;
  readonly date: Date;
}

export interface Autofixed {
  readonly commit: string;
  readonly tree: string;
  readonly applied: readonly Autofix[];
}

/**
 * Lets the repository's own formatters and linters mend what they found (V5), on a clean copy of the commit, in the sandbox of checks, without a
 * model. Only files of the change are taken over: what a tool does to others, or makes anew, is thrown away with the copy. The result is
 * as untrusted as the commit it came from and must be verified again. null: there is nothing to mend, or the tools changed nothing.
 */
export async function autofixCommit(options: AutofixOptions): Promise<Autofixed | null> {
  const fixable = fixableChecks(options.verdict);
  if (fixable.length === 0) return null;
  const paths = await ownFiles(options);
  const laidOut = paths.length === 0 ? null : await layOut(options);
  if (!laidOut) return null;
  const { tree, host } = laidOut;
  const applied: Autofix[] = [];
  let last: Awaited<ReturnType<typeof commitPaths>> = null;
  try {
    for (const check of fixable) {
      const result = await runFix(check, { tree, host });
      if (result.status === 'not-run') continue;
      const made = await commitPaths({
        gitDir: options.gitDir,
        workTree: tree.checkout,
        commit: options.commit,
        parent: options.baseCommit,
        paths,
        message: options.message,
        date: options.date,
        timeoutMs: options.limits.gitMs,
        signal: options.signal,
      });
      if (!made || made.tree === last?.tree) continue;
      applied.push({
        check: check.name,
        command: check.fix ?? [],
        files: [...made.changed].slice(0, MOST_NAMED),
      });
      last = made;
    }
  } finally {
    await tree.remove();
  }
  return last && { commit: last.commit, tree: last.tree, applied };
}

const MOST_NAMED = 50;

/** Regular files that the change added or modified. */
async function ownFiles({ gitDir, baseCommit, commit, limits, signal }: AutofixOptions): Promise<string[]> {
  const options = { gitDir, commit, timeoutMs: limits.gitMs, signal };
  const [changed, tree] = await Promise.all([readChangedFiles(baseCommit, options), readCommitTree(options)]);
  const regular = new Set(tree.files.filter(({ mode }) => mode.startsWith('100')).map(({ path }) => path));
  return changed.filter(({ path }) => regular.has(path)).map(({ path }) => path);
}

/** A clean copy of the commit with its packages; null where they cannot be installed. */
async function layOut(options: AutofixOptions): Promise<{ tree: CheckTree; host: VerifyHost } | null> {
  const { gitDir, baseCommit, commit, limits, signal, folders, hostEnvironment, over = null } = options;
  const read = (which: string) => readCommitTree({ gitDir, commit: which, timeoutMs: limits.gitMs, signal });
  const [base, head] = await Promise.all([read(baseCommit), read(commit)]);
  const plan = await planChecks({
    base,
    head,
    commands: options.checks.commands,
    timeoutMs: limits.checkMs,
    environment: hostEnvironment,
  });
  const host: VerifyHost = {
    sandbox: options.sandbox,
    egressSocketPath: options.egressSocketPath,
    environment: hostEnvironment,
    killGraceMs: limits.killGraceMs,
    redact: options.redact,
    signal,
  };
  const tree = await createCheckTree({
    gitDir,
    commit,
    tree: head,
    folder: folders.verify,
    over,
    dependencies: folders.dependencies,
    install: plan.install,
    timeoutMs: limits.checkMs,
    gitMs: limits.gitMs,
    host,
  });
  if (!tree.install || tree.install.status === 'passed') return { tree, host };
  await tree.remove();
  return null;
}

/** A fixer that ends with a failure may have mended something all the same: linters do, where they cannot mend everything. */
function runFix(check: Check, { tree, host }: { tree: CheckTree; host: VerifyHost }): Promise<CheckResult> {
  const { checkout, home, objects } = tree;
  const fix: Check = { ...check, kind: 'custom', argv: check.fix ?? [] };
  return runCheck(fix, { checkout, home, readable: objects, host, changedFiles: [] });
}
