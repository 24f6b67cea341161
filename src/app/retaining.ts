import type { Config } from '../config/schema.ts';
import type { RetentionLimits } from '../domain/retention.ts';
import type { RetentionOptions } from '../supervisor/retention/options.ts';
import { retainOnly, retentionLimitMs } from '../supervisor/retention/retention.ts';
import type { Foundation } from './foundation.ts';
import type { ControlPlaneOptions } from './options.ts';

/** A node that was refused its turn asks again with the next look. */
const LOOK_EVERY_MS = 60_000;
const PASS_EVERY_MS = 3_600_000;

/** Retention for as long as the node drives runs. Gives what ends it. */
export function startRetaining(options: ControlPlaneOptions, foundation: Foundation): () => Promise<void> {
  const retention = retentionOptions(options, foundation);
  const ending = new AbortController();
  let passing: Promise<unknown> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  async function pass(): Promise<void> {
    if (performance.now() - lastAt < PASS_EVERY_MS) return;
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(retentionLimitMs)]);
    if ((await retainOnly(retention, signal)) !== null) lastAt = performance.now();
  }
  const timer = setInterval(() => {
    passing ??= pass()
      .catch((error: unknown) => {
        if (!ending.signal.aborted) foundation.onError(error, 'retention');
      })
      .finally(() => {
        passing = null;
      });
  }, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    ending.abort();
    await passing;
  };
}

function retentionOptions(
  { config, onLog }: ControlPlaneOptions,
  { folder, store }: Foundation,
): RetentionOptions {
  const { evidence, setAside, mirrors, layers, logs, keepMs } = config.retention;
  return {
    db: store.db,
    nodeId: folder.nodeId,
    folders: {
      artifacts: config.artifacts.dir ?? folder.artifacts,
      workspaces: folder.workspaces,
      mirrors: folder.mirrors,
      layers: [folder.dependencies, folder.baselines],
      checkouts: folder.layers,
      logs: folder.logs,
    },
    limits: {
      evidence: limitsOf(evidence),
      'set-aside': limitsOf(setAside),
      mirrors: limitsOf(mirrors),
      layers: limitsOf(layers),
      logs: limitsOf(logs),
    },
    keepMs,
    now: () => new Date(),
    onTold: onLog,
  };
}

function limitsOf({ ageDays, count, sizeMb }: Config['retention']['evidence']): RetentionLimits {
  return { ageMs: ageDays * 86_400_000, count, bytes: sizeMb * 1024 * 1024 };
}
