import type { Config } from '../config/schema.ts';
import type { Verdict } from '../domain/verdict.ts';
import { formatDuration } from '../lib/deadline.ts';
import { createRedactor } from '../lib/redact.ts';
import { detectSandbox } from '../process/detect-sandbox.ts';
import { verifyWorkingCopy } from '../verify/verify-working-copy.ts';
import { sandboxView } from './sandbox-view.ts';

export interface VerifyChangeRequest {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly repository: string;
  readonly base: string;
  readonly head: { readonly revision: string } | 'worktree';
  readonly isFresh: boolean;
  readonly stopEarly: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** `runyard verify`: the verification of a run alone, with the same isolation, packages and baselines. */
export async function verifyChange(request: VerifyChangeRequest): Promise<Verdict> {
  const { config, env, repository, base, head, isFresh, stopEarly, signal, onProgress } = request;
  const sandbox = await detectSandbox(config.sandbox.mode);
  const keys = Object.values(config.providers).flatMap(({ apiKey }) => apiKey ?? []);
  return verifyWorkingCopy({
    repository,
    base,
    head,
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
}
