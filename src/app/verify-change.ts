import type { Config } from '../config/schema.ts';
import type { ReceiptEnvelope } from '../domain/receipt.ts';
import type { Verdict } from '../domain/verdict.ts';
import { hasOwnMounts } from '../git/overlay/overlay-mount.ts';
import { formatDuration } from '../lib/deadline.ts';
import { createRedactor } from '../lib/redact.ts';
import { detectSandbox } from '../process/detect-sandbox.ts';
import { NO_NODE } from '../process/end-marked.ts';
import { findOrphanedProcesses } from '../process/orphaned-processes.ts';
import { sweepOwnedFolders } from '../process/owned-folder.ts';
import { killTree } from '../process/process-identity.ts';
import { signWorkingCopy } from '../verify/receipt/sign-working-copy.ts';
import { verifyWorkingCopy } from '../verify/verify-working-copy.ts';
import { sandboxView } from './sandbox-view.ts';
import { runyardVersion } from './version.ts';

export interface VerifyChangeRequest {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly repository: string;
  readonly base: string;
  readonly head: { readonly revision: string } | 'worktree';
  /** Nothing that was kept from earlier verifications is used. */
  readonly isFresh: boolean;
  readonly stopEarly: boolean;
  /** Asks for a signed receipt, and takes it. */
  readonly onReceipt?: (envelope: ReceiptEnvelope) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** `runyard verify`: the verification of a run alone, with the same isolation, packages and baselines. */
export async function verifyChange(request: VerifyChangeRequest): Promise<Verdict> {
  const { config, env, repository, base, head, isFresh, stopEarly, signal, onProgress } = request;
  await removeLeftovers();
  const sandbox = await detectSandbox(config.sandbox.mode);
  const keys = Object.values(config.providers).flatMap(({ apiKey }) => apiKey ?? []);
  const verdict = await verifyWorkingCopy({
    repository,
    base,
    head,
    mayMount: config.workspace.strategy !== 'checkout' && hasOwnMounts(),
    sandbox: sandboxView({ config, env, sandbox, dataDir: config.dataDir, repository }),
    // Packages and baselines are shared with the runs of this data folder.
    cacheDir: config.dataDir,
    checks: config.checks,
    limits: config.limits,
    hostEnvironment: env,
    redact: createRedactor(keys),
    isFresh,
    stopEarly,
    signal,
    onCheckStarted: ({ name }, on) => onProgress(`${name} on the ${on === 'change' ? 'change' : 'base'} ...`),
    onCheckFinished: ({ check, status, durationMs, cached = false }, on) => {
      const time = cached ? 'kept from before' : formatDuration(durationMs);
      onProgress(`${check.name} on the ${on === 'change' ? 'change' : 'base'}: ${status} (${time})`);
    },
  });
  await request.onReceipt?.(
    await signWorkingCopy({
      verdict,
      repository,
      environment: env,
      timeoutMs: config.limits.gitMs,
      checks: config.checks,
      sandbox: sandbox.mode,
      dataDir: config.dataDir,
      runyardVersion,
      now: new Date(),
    }),
  );
  return verdict;
}

/** Of verifications that were killed. What a node left, its reaper finds; this has none. */
async function removeLeftovers(): Promise<void> {
  await Promise.all(findOrphanedProcesses(NO_NODE).map(killTree));
  sweepOwnedFolders(new Date());
}
