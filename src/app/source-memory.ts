import { resolveSource } from '../git/resolve-source.ts';
import type { ResolvedSource, ResolveSourceOptions } from '../git/source.ts';

/**
 * Where repositories were found a moment ago. Delivery follows acceptance by seconds or minutes and needs only where the source is and what
 * its base is called; git refuses by itself if that is not true any more. The base commit in an answer may be old.
 */
export interface SourceMemory {
  /** Looks now, and remembers. */
  look(options: ResolveSourceOptions): Promise<ResolvedSource>;
  /** What was found in the last half hour, else looks now. */
  recall(options: ResolveSourceOptions): Promise<ResolvedSource>;
  /** What was found so lately that it still holds; null when a new look is due. */
  latest(options: Pick<ResolveSourceOptions, 'repository' | 'base'>): ResolvedSource | null;
}

/** A branch that moves within the time between a request and its start is as if the request had come first. */
const STILL_HOLDS_MS = 5_000;
const KEPT_MS = 30 * 60_000;
const MOST_ENTRIES = 1000;

export function createSourceMemory(userEnvironment: ResolveSourceOptions['userEnvironment']): SourceMemory {
  const known = new Map<string, { source: ResolvedSource; foundAt: number }>();
  const keyOf = ({ repository, base }: Pick<ResolveSourceOptions, 'repository' | 'base'>) =>
    JSON.stringify([repository, base]);

  async function look(options: ResolveSourceOptions): Promise<ResolvedSource> {
    const source = await resolveSource({
      ...options,
      ...(userEnvironment && { userEnvironment }),
      skipWorkTree: true,
    });
    if (known.size >= MOST_ENTRIES) known.clear();
    known.set(keyOf(options), { source, foundAt: Date.now() });
    return source;
  }

  function youngerThan(
    ageMs: number,
    options: Pick<ResolveSourceOptions, 'repository' | 'base'>,
  ): ResolvedSource | null {
    const entry = known.get(keyOf(options));
    return entry && Date.now() - entry.foundAt < ageMs ? entry.source : null;
  }

  return {
    look,
    async recall(options) {
      return youngerThan(KEPT_MS, options) ?? look(options);
    },
    latest: (options) => youngerThan(STILL_HOLDS_MS, options),
  };
}
