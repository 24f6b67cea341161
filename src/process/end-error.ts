import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { systemPath } from './find-executable.ts';
import { installHint } from './install-hint.ts';
import type { CommandSpec, EndCause } from './types.ts';

/** How a process ended, before words are found for it. */
export interface Ending {
  readonly cause: EndCause;
  readonly limitMs: number;
  /** Of `stopped` and `not-started`. */
  readonly reason: unknown;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const STDERR_IN_ERROR_CHARACTERS = 2000;

/** The typed error of an ending; null exactly for an exit with code 0. */
export function errorOfEnding(ending: Ending, command: string, stderr: string): RunyardError | null {
  const { cause, limitMs, exitCode } = ending;
  const fields = { command, stderr: stderr.slice(-STDERR_IN_ERROR_CHARACTERS) };
  switch (cause) {
    case 'exited':
      return exitCode === 0 ? null : exitCodeError(exitCode ?? -1, fields);
    case 'signalled':
      return runyardError('process.signalled', { ...fields, signal: ending.signal ?? 'an unknown signal' });
    case 'timed-out':
      return runyardError('process.timed-out', { ...fields, limitMs });
    case 'silent':
      return runyardError('process.silent', { ...fields, limitMs });
    case 'no-first-output':
      return runyardError('process.no-first-output', { ...fields, limitMs });
    case 'stopped':
      return runyardError('process.stopped', { command, reason: wordsOf(ending.reason) }, ending.reason);
    case 'not-started':
      return runyardError('process.not-started', { command, detail: wordsOf(ending.reason) }, ending.reason);
  }
}

/** Why the system could not start a program; ENOENT can mean the program, its interpreter or the folder. */
export function errorOfSpawn(error: unknown, spec: CommandSpec, command: string): RunyardError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [tool] = spec.argv;
  if (!existsSync(spec.cwd)) return runyardError('process.missing-folder', { folder: spec.cwd }, error);
  if (code === 'ENOENT' && !existsSync(tool)) return missingTool(tool, spec.env['PATH'], error);
  if (code === 'EACCES' || code === 'ENOEXEC' || code === 'ENOENT')
    return runyardError('process.not-executable', { command: tool, detail: code }, error);
  return runyardError('process.not-started', { command, detail: wordsOf(error) }, error);
}

export function missingTool(tool: string, path: string | undefined, cause?: unknown): RunyardError {
  return runyardError(
    'process.missing-tool',
    { tool, searched: path ?? systemPath, install: installHint(tool) },
    cause,
  );
}

function exitCodeError(exitCode: number, fields: { command: string; stderr: string }): RunyardError {
  return runyardError('process.exit-code', { ...fields, exitCode, crash: signalOfExitCode(exitCode) });
}

/** `SIGSEGV` for exit code 139, as shells and sandboxes report it; null for codes that name no signal. */
function signalOfExitCode(exitCode: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return found === undefined ? null : found[0];
}

function wordsOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'string' ? reason : String(reason);
}
