import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareDataFolder } from '../config/data-folder.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { ReceiptEnvelope } from '../domain/receipt.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { formatVerdict } from '../verify/format-verdict.ts';
import { clean } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { loadSettings } from './load-settings.ts';
import { repositoryOf } from './start-run.ts';

export interface VerifyOptions {
  readonly repo: string;
  readonly base: string;
  readonly head?: string;
  readonly worktree?: true;
  readonly fresh?: true;
  readonly keepGoing?: true;
  readonly receipt?: string;
}

/** `runyard verify`: 0 when the change made nothing worse, 1 when it did or when nothing could be checked. */
export async function verifyChange(
  context: CliContext,
  options: VerifyOptions & CommonOptions,
): Promise<ExitCode> {
  if (options.worktree && options.head !== undefined) {
    throw runyardError('cli.usage', {
      problem: '--head and --worktree exclude each other.',
      help: 'runyard verify --help',
    });
  }
  if (options.worktree && options.receipt !== undefined) {
    throw runyardError('cli.usage', {
      problem:
        '--receipt and --worktree exclude each other: a receipt is about a commit that others can have.',
      help: 'runyard verify --help',
    });
  }
  const { terminal, env, services } = context;
  const repository = repositoryOf(options.repo, context.cwd, 'verify');
  const { config } = await loadSettings(context, options, repository);
  await prepareDataFolder(config.dataDir);
  const stop = new AbortController();
  const release = context.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
    return 'taken';
  });
  try {
    const verdict = await services.verify({
      config,
      env,
      repository,
      base: options.base,
      head: options.worktree ? 'worktree' : { revision: options.head ?? 'HEAD' },
      isFresh: options.fresh === true,
      stopEarly: options.keepGoing !== true,
      ...(options.receipt !== undefined && { onReceipt: receiptWriter(context, options.receipt) }),
      signal: stop.signal,
      onProgress: (line) => {
        if (!options.json) terminal.err(clean(line));
      },
    });
    terminal.out(
      options.json ? JSON.stringify(verdict) : clean(formatVerdict(verdict, { ascii: !terminal.utf8 })),
    );
    return verdict.status === 'passed' ? exitCodes.succeeded.code : exitCodes.failed.code;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.cancelled.code;
    throw error;
  } finally {
    release();
  }
}

function receiptWriter({ cwd }: CliContext, file: string) {
  return async (envelope: ReceiptEnvelope) => {
    await writeFile(path.resolve(cwd, file), `${canonicalJson(envelope)}\n`);
  };
}
