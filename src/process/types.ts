import type { ErrorData } from '../domain/errors/runyard-error.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import type { Redact } from '../lib/redact.ts';

/** A TCP port inside the sandbox (127.0.0.1) that leads to a unix socket of the host. */
export interface Bridge {
  readonly port: number;
  readonly socketPath: string;
}

/**
 * What a child may see. Under `bubblewrap` the host's file system is read-only, HOME, /tmp, /run and every `masked` path are
 * empty, and only `writable` paths can be written. Under weaker modes the policy is followed as far as the host allows.
 */
export interface SandboxPolicy {
  readonly mode: SandboxMode;
  /** Absolute paths bound read-write, at the same place. */
  readonly writable: readonly string[];
  /** Absolute paths bound read-only after masking (they may lie under a masked path). */
  readonly readable: readonly string[];
  /** Absolute paths replaced by an empty folder: the data folder first of all. */
  readonly masked: readonly string[];
  /** `none`: own network namespace, loopback and bridges only. `host`: the host's network. */
  readonly network: 'none' | 'host';
  readonly bridges: readonly Bridge[];
}

export interface ProcessLimits {
  /** From start to end. */
  readonly timeoutMs: number;
  /** Longest time without any output; absent: no limit but timeoutMs. */
  readonly silenceMs?: number;
  /** Longest time until the first output; absent: no limit but timeoutMs. */
  readonly firstOutputMs?: number;
  /** Between TERM and KILL. */
  readonly killGraceMs: number;
  /** Of stdout and of stderr each, kept from the end; more is counted and dropped. */
  readonly maxOutputBytes: number;
}

/** An open file, read from where its descriptor stands. Whoever opened it closes it. */
export interface OpenFile {
  readonly fileDescriptor: number;
}

/** `end`: the last bytes of a stream are kept (logs). `start`: the first ones (a diff, a listing). */
export type KeptPart = 'end' | 'start';

export interface CommandSpec {
  /** Never a shell string. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Complete: nothing is inherited. See `childEnvironment` for the usual base. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to stdin, which is then closed; a descriptor becomes stdin itself; absent: stdin is /dev/null. */
  readonly input?: string | Uint8Array | OpenFile;
  readonly limits: ProcessLimits;
  /** Absent: no sandbox (git and our own programs only). */
  readonly sandbox?: SandboxPolicy;
  readonly redact?: Redact;
  /** Which part of longer output is kept; absent: the end. */
  readonly keep?: KeptPart;
  /** `latin1` keeps bytes exactly, one character each, for output that is not text. Absent: UTF-8, repaired. */
  readonly encoding?: 'utf8' | 'latin1';
  /** Aborting ends the whole tree; `signal.reason` is kept as the cause. */
  readonly signal?: AbortSignal;
  /** Called for every complete line of stdout (UTF-8, at most 1 MiB; longer lines are cut and marked). */
  readonly onStdoutLine?: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
}

/** Why a process ended; the first cause wins. */
export type EndCause =
  | 'exited'
  | 'signalled'
  | 'timed-out'
  | 'silent'
  | 'no-first-output'
  | 'stopped'
  | 'not-started';

/** One shape for success and failure. `runProcess` never rejects. */
export interface ProcessResult {
  /** The argv for people, redacted. */
  readonly command: string;
  readonly cause: EndCause;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The kept end of each stream, redacted, valid UTF-8, control characters kept. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly durationMs: number;
  /** null exactly when the process exited by itself with code 0. */
  readonly error: ErrorData | null;
}

export interface RunningProcess {
  readonly pid: number | null;
  readonly result: Promise<ProcessResult>;
  /** Ends the whole tree: TERM, grace, KILL. Safe to call twice. The result's cause is then `stopped`. */
  stop(reason: string): void;
  /**
   * The process has done its work (it printed its terminal event): end what is left after `graceMs`, keeping
   * `exited` as the cause with exit code 0 if it had to be ended.
   */
  finishWithin(graceMs: number): void;
}
