import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { type Ending, errorOfEnding, errorOfSpawn } from './end-error.ts';
import { createLineSplitter, type LineSplitter } from './line-splitter.ts';
import { createOutputCapture, type OutputCapture } from './output-capture.ts';
import { type Launch, prepareLaunch } from './prepare-launch.ts';
import { readSandboxStatus, type SandboxStatus } from './sandbox-status.ts';
import { showCommand } from './show-command.ts';
import { superviseEnd } from './supervise-end.ts';
import type { CommandSpec, ProcessResult, RunningProcess } from './types.ts';

/*
 * node:child_process and not execa: execa keeps the start of long output and kills the process at its limit, holds lines of any length
 * in memory, and waits for pipes without a limit; each of that is the opposite of what a run needs.
 */

export function runProcess(spec: CommandSpec): Promise<ProcessResult> {
  return startProcess(spec).result;
}

/** Starts a command as leader of a session of its own. Never throws; what goes wrong is in the result. */
export function startProcess(spec: CommandSpec): RunningProcess {
  const command = showCommand(spec.argv, spec.redact);
  if (spec.signal?.aborted)
    return neverStarted(command, { ...NO_ENDING, cause: 'stopped', reason: spec.signal.reason });
  const launch = prepareLaunch(spec);
  if (!launch.ok) return neverStarted(command, NO_ENDING, launch.error);
  try {
    return watch(spawnChild(spec, launch.value), { spec, command, launch: launch.value });
  } catch (error) {
    return neverStarted(command, NO_ENDING, errorOfSpawn(error, spec, command));
  }
}

const NO_ENDING: Ending = { cause: 'not-started', limitMs: 0, reason: '', exitCode: null, signal: null };

interface Started {
  readonly spec: CommandSpec;
  readonly command: string;
  readonly launch: Launch;
}

function spawnChild(spec: CommandSpec, { file, args, cwd, env, hasStatusFd }: Launch): ChildProcess {
  const { input } = spec;
  const stdin = stdinFor(input);
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    windowsHide: true,
    stdio: hasStatusFd ? [stdin, 'pipe', 'pipe', 'pipe'] : [stdin, 'pipe', 'pipe'],
  });
  if (child.stdin && (typeof input === 'string' || input instanceof Uint8Array)) {
    // A child that ends without reading its input is judged by its exit, not by our broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  }
  return child;
}

function stdinFor(input: CommandSpec['input']): 'ignore' | 'pipe' | number {
  if (input === undefined) return 'ignore';
  return typeof input === 'object' && 'fileDescriptor' in input ? input.fileDescriptor : 'pipe';
}

function watch(child: ChildProcess, started: Started): RunningProcess {
  const { spec, launch } = started;
  const startedAt = performance.now();
  const supervision = superviseEnd(child, { limits: spec.limits, signal: spec.signal, launch });
  const { touch, stop } = supervision;
  const stdout = capture(child.stdout, { spec, onLine: spec.onStdoutLine, touch, fail: stop });
  const stderr = capture(child.stderr, { spec, onLine: spec.onStderrLine, touch, fail: stop });
  const status = launch.hasStatusFd ? readSandboxStatus(child.stdio[3]) : null;
  const result = supervision.ended.then((ending): ProcessResult => {
    stdout.end();
    stderr.end();
    return describe(ending, { ...started, stdout: stdout.kept, stderr: stderr.kept, status, startedAt });
  });
  return { pid: child.pid ?? null, result, stop, finishWithin: supervision.finishWithin };
}

interface CaptureOptions {
  readonly spec: CommandSpec;
  readonly onLine: ((line: string) => void) | undefined;
  readonly touch: () => void;
  readonly fail: (error: unknown) => void;
}

function capture(stream: Readable | null, { spec, onLine, touch, fail }: CaptureOptions) {
  const { redact, keep, encoding, limits } = spec;
  const kept = createOutputCapture({ maxBytes: limits.maxOutputBytes, keep, encoding, redact });
  const lines = onLine === undefined ? null : createLineSplitter({ onLine, redact });
  const guarded = (work: (splitter: LineSplitter) => void) => {
    try {
      if (lines !== null) work(lines);
    } catch (error) {
      // A caller's faulty line handler ends its own process, not the whole program.
      fail(error);
    }
  };
  stream?.on('error', () => undefined);
  stream?.on('data', (chunk: Buffer) => {
    touch();
    kept.push(chunk);
    guarded((splitter) => splitter.push(chunk));
  });
  return { kept, end: () => guarded((splitter) => splitter.end()) };
}

interface Observed extends Started {
  readonly stdout: OutputCapture;
  readonly stderr: OutputCapture;
  readonly status: SandboxStatus | null;
  readonly startedAt: number;
}

function describe(ending: Ending, observed: Observed): ProcessResult {
  const { spec, command, stdout, stderr, status } = observed;
  const errorText = stderr.text();
  const spawnError = ending.cause === 'not-started' ? errorOfSpawn(ending.reason, spec, command) : null;
  const sandboxError = status?.errorOf(ending, spec, errorText) ?? null;
  const error = spawnError ?? sandboxError ?? errorOfEnding(ending, command, errorText);
  return {
    command,
    cause: sandboxError === null ? ending.cause : 'not-started',
    exitCode: sandboxError === null ? ending.exitCode : null,
    signal: ending.signal,
    stdout: stdout.text(),
    stderr: errorText,
    stdoutBytes: stdout.bytes(),
    stderrBytes: stderr.bytes(),
    durationMs: performance.now() - observed.startedAt,
    error: error === null ? null : toErrorData(error),
  };
}

function neverStarted(command: string, ending: Ending, error?: RunyardError): RunningProcess {
  const known = error ?? errorOfEnding(ending, command, '');
  const result: ProcessResult = {
    command,
    cause: ending.cause,
    exitCode: null,
    signal: null,
    stdout: '',
    stderr: '',
    stdoutBytes: 0,
    stderrBytes: 0,
    durationMs: 0,
    error: known === null ? null : toErrorData(known),
  };
  return { pid: null, result: Promise.resolve(result), stop: () => undefined, finishWithin: () => undefined };
}
