import type { McpBackend } from '../api/client.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { FindAgent } from '../config/preflight.ts';
import type { Config } from '../config/schema.ts';
import type { ChaosVictim } from '../domain/chaos-victim.ts';
import type { ErrorData } from '../domain/errors/runyard-error.ts';
import type { Finding } from '../domain/finding.ts';
import type { ReceiptEnvelope } from '../domain/receipt.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Terminal } from './terminal.ts';
import type { Screen, ScreenEvents } from './watch/screen.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A control plane in this process. */
export interface OwnControlPlane {
  readonly url: string;
  readonly token: string;
  /** A link that signs the first person in; null when somebody was let in before. */
  firstSignInLink(): Promise<string | null>;
  /** Takes no new runs and lets those in flight end, for at most `limitMs` or until `hurry` aborts. */
  drain(drain: {
    readonly limitMs: number;
    readonly hurry: AbortSignal;
    readonly onLog: (line: string) => void;
  }): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlPlaneRequest {
  readonly config: Config;
  /** Where its values came from. */
  readonly loaded?: LoadedConfig;
  readonly env: Environment;
  readonly onLog: (line: string) => void;
  /** Whether it starts and resumes runs; without, it only answers. */
  readonly drive: boolean;
}

export interface VerifyRequest {
  readonly config: Config;
  readonly env: Environment;
  readonly repository: string;
  readonly base: string;
  /** A revision, or the work tree as it is. */
  readonly head: { readonly revision: string } | 'worktree';
  /** Nothing that was kept from earlier verifications is used. */
  readonly isFresh: boolean;
  readonly stopEarly: boolean;
  /** Asks for a signed receipt of what is found, and takes it. */
  readonly onReceipt?: (envelope: ReceiptEnvelope) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface DoctorRequest {
  /** The configuration, or why it could not be loaded. */
  readonly loaded: LoadedConfig | ErrorData;
  readonly env: Environment;
  /** Ask the providers whether they accept the keys. */
  readonly probe: boolean;
}

export interface ChaosRequest {
  readonly seed: number;
  readonly rounds: number;
  readonly victims: readonly ChaosVictim[];
  /** PATH of the control plane under test. */
  readonly searchPath: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** What `runyard chaos` found; `--json` prints it as it is. */
export interface ChaosOutcome {
  readonly seed: number;
  readonly rounds: readonly object[];
  readonly conditions: readonly {
    readonly number: number;
    readonly title: string;
    readonly holds: boolean;
    readonly evidence: readonly string[];
  }[];
  readonly holds: boolean;
  readonly durationMs: number;
}

/** What must run in this process; built by main.ts and loaded when first used. */
export interface CliServices {
  startControlPlane(request: ControlPlaneRequest): Promise<OwnControlPlane>;
  /** Throws the first thing that keeps a control plane from working on this machine. */
  requireReady(config: Config, env: Environment): Promise<void>;
  findAgent: FindAgent;
  doctor(request: DoctorRequest): Promise<readonly Finding[]>;
  verify(request: VerifyRequest): Promise<Verdict>;
  /** Resolves when the client closed stdin, or `ended` aborts. */
  serveMcp(backend: McpBackend, ended: AbortSignal): Promise<void>;
  chaos(request: ChaosRequest): Promise<ChaosOutcome>;
}

/** Everything a command may use; nothing is read from the process elsewhere. */
export interface CliContext {
  readonly terminal: Terminal;
  /** Whether a person reads stdout. */
  readonly stdoutIsTerminal: boolean;
  readonly env: Environment;
  readonly cwd: string;
  /** Who asks, for the record. */
  readonly user: string;
  readonly version: string;
  /** How the user calls this program, for commands that are shown to be copied. */
  readonly program: string;
  readonly services: CliServices;
  readStdin(): Promise<Uint8Array>;
  /** Standard input in pieces, however long it is. */
  streamStdin(): AsyncIterable<Uint8Array>;
  /** Takes the terminal over; only where `terminal.live`. */
  openScreen(events: ScreenEvents): Screen;
  /**
   * Calls the handler at Ctrl-C and TERM, until the returned function is called. The newest is asked first; one that answers `pass` leaves the
   * signal to the one before it.
   */
  onInterrupt(handler: () => 'taken' | 'pass'): () => void;
  /** Leaves at once; an embedded database that was started here is told to end. */
  exitNow(code: number): void;
  now(): Date;
}
