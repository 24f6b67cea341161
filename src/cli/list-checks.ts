import { inspectChecks } from '../verify/inspect-checks.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import { renderChecks } from './render/checks.ts';
import { repositoryOf } from './start-run.ts';

export interface ChecksOptions {
  readonly repo: string;
  readonly base?: string;
  readonly changed?: readonly string[];
  readonly worktree?: true;
}

/** `runyard checks`: 0 when there is something to check with, 1 when there is nothing or package.json cannot be read. */
export async function listChecks(
  context: CliContext,
  options: ChecksOptions & CommonOptions,
): Promise<ExitCode> {
  const { terminal, env } = context;
  const repository = repositoryOf(options.repo, context.cwd, 'checks');
  const { config } = await loadSettings(context, options, repository);
  const stop = new AbortController();
  const release = context.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
    return 'taken';
  });
  try {
    const found = await inspectChecks({
      repository,
      base: options.base ?? null,
      changedFiles: options.changed?.map((file) => file.replace(/^\.\//, '')) ?? null,
      worktree: options.worktree === true,
      commands: config.checks.commands,
      limits: config.limits,
      environment: env,
      signal: stop.signal,
    });
    terminal.out(options.json ? JSON.stringify(found) : renderChecks(found, terminal));
    const isUsable =
      found.broken === null && found.checks.some(({ kind }) => kind !== 'install' && kind !== 'imports');
    return isUsable ? exitCodes.succeeded.code : exitCodes.failed.code;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.cancelled.code;
    throw error;
  } finally {
    release();
  }
}
