import { fromErrorData, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { createRedactor } from '../lib/redact.ts';
import { runProcess } from '../process/run-process.ts';
import type { CommandSpec, KeptPart, ProcessResult } from '../process/types.ts';
import { classifyFailure } from './classify-failure.ts';
import { gitEnvironment, type UserEnvironment } from './git-environment.ts';
import { foreignPatience, ownPatience, retryWhileLocked } from './own-lock.ts';

export interface GitOptions {
  /** Also says that this is a repository of ours: a lock somebody died with is removed. Use `cwd` for any other. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly input?: CommandSpec['input'];
  readonly signal?: AbortSignal | undefined;
  /** GIT_INDEX_FILE and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user's environment, for commands that talk to a remote: credentials, ssh and the user's configuration are then used. */
  readonly remoteAccess?: UserEnvironment | undefined;
  /** What the command is about, for error messages; absent: the repository. */
  readonly subject?: string;
  readonly maxOutputBytes?: number;
  readonly keep?: KeptPart;
  /** Exit codes that are answers and not failures, besides 0. */
  readonly answers?: readonly number[];
  /** A repository of somebody else: its locks are never touched. */
  readonly foreign?: boolean;
}

export interface GitOutput {
  /** Every byte as one character (latin1): file names are not always UTF-8. `textOf` decodes it. */
  readonly stdout: string;
  readonly exitCode: number;
  readonly isTruncated: boolean;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const KILL_GRACE_MS = 2000;
const redact = createRedactor();

/** Runs git in a clean environment and checks how it ended. Throws a RunyardError of the area `git` for everything but success. */
export async function git(args: readonly string[], options: GitOptions): Promise<GitOutput> {
  const attempt = async (): Promise<GitOutput> => judge(await start(args, options), options);
  const { gitDir, foreign = false } = options;
  if (gitDir === undefined) return attempt();
  return retryWhileLocked(gitDir, attempt, foreign ? foreignPatience : ownPatience);
}

export function textOf(output: GitOutput): string {
  return Buffer.from(output.stdout, 'latin1').toString('utf8');
}

/** Whether a thrown value is one of the errors of this wrapper with the given code. */
export function isGitError(error: unknown, code: string): error is RunyardError {
  return error instanceof RunyardError && error.code === code;
}

function start(args: readonly string[], options: GitOptions): Promise<ProcessResult> {
  const { gitDir, workTree, cwd, timeoutMs, input, signal, env, remoteAccess } = options;
  return runProcess({
    argv: ['git', ...args],
    cwd: cwd ?? workTree ?? gitDir ?? '/',
    env: {
      ...gitEnvironment(remoteAccess),
      ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
      ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
      ...env,
    },
    limits: {
      timeoutMs,
      killGraceMs: KILL_GRACE_MS,
      maxOutputBytes: options.maxOutputBytes ?? MAX_OUTPUT_BYTES,
    },
    keep: options.keep ?? 'start',
    encoding: 'latin1',
    ...(input === undefined ? {} : { input }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function judge(result: ProcessResult, options: GitOptions): GitOutput {
  const { exitCode, stdout, error } = result;
  const isAnswer =
    error === null || (result.cause === 'exited' && (options.answers ?? []).includes(exitCode ?? -1));
  const isTruncated = result.stdoutBytes > stdout.length;
  if (!isAnswer) throw errorOf(result, options);
  if (isTruncated && options.maxOutputBytes === undefined) {
    const detail = `It printed more than ${MAX_OUTPUT_BYTES} bytes, so its answer cannot be used.`;
    throw runyardError('git.bad-state', { repository: subjectOf(options), detail });
  }
  return { stdout, exitCode: exitCode ?? 0, isTruncated };
}

function errorOf(result: ProcessResult, options: GitOptions): RunyardError {
  const error = fromErrorData(
    result.error ?? { code: '', kind: 'permanent', what: '', why: '', next: '', fields: {}, causes: [] },
  );
  const stderr = redact(Buffer.from(result.stderr, 'latin1').toString('utf8'));
  const command = redact(result.command);
  switch (result.cause) {
    case 'exited':
      return classifyFailure({
        command,
        exitCode: result.exitCode ?? -1,
        stderr,
        subject: subjectOf(options),
      });
    case 'timed-out':
      return runyardError('git.timed-out', {
        command,
        limitMs: options.timeoutMs,
        stderr: stderr.slice(-1500),
      });
    case 'not-started':
      return error.code === 'process.missing-tool'
        ? runyardError('git.missing-tool', { searched: String(error.fields['searched']) }, error)
        : error;
    default:
      return error;
  }
}

function subjectOf({ subject, gitDir, cwd }: GitOptions): string {
  return redact(subject ?? cwd ?? gitDir ?? 'the repository');
}
