import { resetCheckout } from '../git/reset-checkout.ts';
import type { Progress, WorkerContext } from './context.ts';
import { hasCommit, restoreCommit } from './restore-commit.ts';
import { workspaceFolders } from './workspace-folders.ts';

export interface PrepareCheckout {
  readonly context: WorkerContext;
  readonly progress: Progress;
  /** The commit whose files the work tree starts from; null: the base commit. */
  readonly startFrom: string | null;
  readonly signal: AbortSignal;
}

/** Puts the work tree into the state the attempt starts from, with the repository's packages installed. */
export async function prepareCheckout(request: PrepareCheckout): Promise<void> {
  const { context, startFrom, signal } = request;
  const { spec, folders } = context.assignment;
  if (startFrom) {
    await bringBack(request, startFrom);
    await resetCheckout({
      workspaceDir: folders.workspace,
      commit: startFrom,
      timeoutMs: spec.limits.gitMs,
      signal,
    });
  }
  if (spec.checks.mode !== 'off') await installDependencies(request);
}

/** The best attempt's commit is not always the one of the last checkpoint. */
async function bringBack({ context, progress }: PrepareCheckout, commit: string): Promise<void> {
  const kept = progress.attempts.find((attempt) => attempt.commit === commit)?.bundle;
  if (kept === undefined || (await hasCommit(context, commit))) return;
  await restoreCommit(context, { commit, bundle: kept });
}

/**
 * Gives the agent a copy of the base commit's packages, so that it can run the tests itself. A failed installation is a warning: the agent
 * may be there to mend it.
 */
async function installDependencies({ context, progress, signal }: PrepareCheckout): Promise<void> {
  const { assignment, hostEnvironment, redact } = context;
  const { spec, folders, sandbox, egressSocketPath } = assignment;
  const { limits } = spec;
  const workspace = workspaceFolders(assignment);
  const commit = progress.baseCommit ?? '';
  const { readCommitTree, planChecks, prepareDependencies, placeDependencies } =
    await context.loadVerification();
  const tree = await readCommitTree({
    gitDir: workspace.hostGitDir,
    commit,
    timeoutMs: limits.gitMs,
    signal,
  });
  const environment = hostEnvironment;
  const plan = await planChecks({
    base: tree,
    head: tree,
    commands: spec.checks.commands,
    timeoutMs: limits.checkMs,
    environment,
  });
  if (!plan.install) return;
  context.setActivity('installing packages');
  const host = { sandbox, egressSocketPath, environment, killGraceMs: limits.killGraceMs, redact, signal };
  const { checkout } = workspace;
  const prepared = await prepareDependencies({
    checkout,
    install: plan.install,
    folder: folders.dependencies,
    timeoutMs: limits.checkMs,
    host,
  });
  if (prepared.kind === 'ready') {
    await placeDependencies(prepared.layer, { checkout, host, timeoutMs: limits.checkMs });
    return;
  }
  const message = `The packages could not be installed for the agent: ${prepared.failure.diagnostic.message}`;
  context.emit({ type: 'run.warning', data: { code: 'dependencies', message } });
}
