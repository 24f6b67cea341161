import type { RunLimits, RunSpec } from '../domain/run.ts';
import type { Check, CheckResult } from '../domain/verdict.ts';
import type { PreparedFiles } from '../git/materialise.ts';
import type { Redact } from '../lib/redact.ts';
import type { HostEnvironment } from '../process/child-environment.ts';
import { compiledIn } from './own-programs.ts';
import type { VerifyHost } from './sandbox-settings.ts';

export interface VerifyOptions {
  /** A repository that holds both commits: the workspace's host-owned one, or a mirror. */
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly folders: {
    /** Where trees are laid out; they are removed again. */
    readonly verify: string;
    /** Shared by all runs. */
    readonly dependencies: string;
    /** Shared by all runs. */
    readonly baselines: string;
  };
  /** Prepared files that trees may be mounted over; absent: they are checked out. */
  readonly over?: PreparedFiles | null;
  /** Mounts made here end with this process, so packages need not be copied into a tree; absent: no, unless files are mounted, too. */
  readonly mayMount?: boolean;
  readonly sandbox: VerifyHost['sandbox'];
  readonly egressSocketPath: string | null;
  readonly checks: RunSpec['checks'];
  readonly limits: Pick<RunLimits, 'checkMs' | 'gitMs' | 'killGraceMs'>;
  readonly hostEnvironment: HostEnvironment;
  readonly redact: Redact;
  readonly signal: AbortSignal;
  /** Files the plan names; absent or null: there is no plan. */
  readonly scope?: readonly string[] | null;
  /** Once the change is known to be worse, leave out what is expensive and would not tell the next attempt more; absent: yes. */
  readonly stopEarly?: boolean;
  /** How many checks may run side by side; absent: what the machine allows. */
  readonly parallel?: number;
  /** Run checks although the same was asked before and is kept. */
  readonly isFresh?: boolean;
  readonly onCheckStarted?: (check: Check, on: 'baseline' | 'change') => void;
  readonly onCheckFinished?: (result: CheckResult, on: 'baseline' | 'change') => void;
}

export function hostOf({
  sandbox,
  egressSocketPath,
  hostEnvironment,
  limits,
  redact,
  signal,
  folders,
}: VerifyOptions): VerifyHost {
  return {
    sandbox,
    egressSocketPath,
    environment: hostEnvironment,
    killGraceMs: limits.killGraceMs,
    redact,
    signal,
    compiled: compiledIn(folders.baselines),
  };
}
