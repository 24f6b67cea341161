import { checkRunnable, type FindAgent } from '../config/preflight.ts';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { RunSpec } from '../domain/run.ts';
import { parseLocation } from '../git/source.ts';
import { modelLimits } from '../model/catalogue.ts';
import type { SandboxFinding } from '../process/detect-sandbox.ts';
import { findAgent } from './doctor/check-agents.ts';
import type { SourceMemory } from './source-memory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface RequireRunnableOptions {
  readonly config: Config;
  readonly env: Environment;
  /** The isolation in force; a weaker one is said with every run. */
  readonly sandbox: SandboxFinding;
  readonly sources: SourceMemory;
}

/** Asking an agent for its version starts a process; the answer is good for a while. */
const AGENT_MEMORY_MS = 60_000;

/**
 * Whether this control plane can run a spec (M4, P3): agents, models, keys, and for a local source the repository and its base.
 * Throws the first thing that is missing, so that nothing is accepted that cannot start; gives warnings for what is only doubtful. A remote source
 * is looked at by the run itself.
 */
export function createRequireRunnable({
  config,
  env,
  sandbox,
  sources,
}: RequireRunnableOptions): (spec: RunSpec) => Promise<readonly string[]> {
  const find = remember((name) => findAgent(name, env));
  const weaker =
    sandbox.mode === 'bubblewrap'
      ? []
      : [`Weaker isolation (${sandbox.mode}): ${sandbox.why} ${sandbox.next ?? ''}`.trim()];
  return async (spec) => {
    const { repository, base, limits } = spec;
    refusePassword(repository);
    await checkRunnable(spec, config, find);
    if (parseLocation(repository).kind !== 'remote') {
      await sources.look({ repository, base, timeoutMs: limits.gitMs });
    }
    const models = new Set([
      spec.plan.mode === 'off' ? null : spec.plan.model,
      ...spec.ladder.map(({ model }) => model),
      ...Object.values(spec.reviews ?? {}).map(({ model }) => model),
    ]);
    const doubtful = [...models].flatMap((model) => (model ? (modelLimits(model).warning ?? []) : []));
    return [...weaker, ...doubtful];
  };
}

function refusePassword(repository: string): void {
  if (!URL.canParse(repository)) return;
  const { password, host } = new URL(repository);
  if (password !== '') throw runyardError('config.repository-with-password', { host });
}

function remember(find: FindAgent): FindAgent {
  const known = new Map<string, { facts: ReturnType<FindAgent>; until: number }>();
  return (name) => {
    const entry = known.get(name);
    if (entry && entry.until > Date.now()) return entry.facts;
    const facts = find(name);
    known.set(name, { facts, until: Date.now() + AGENT_MEMORY_MS });
    facts.then(
      ({ available }) => available || known.delete(name),
      () => known.delete(name),
    );
    return facts;
  };
}
