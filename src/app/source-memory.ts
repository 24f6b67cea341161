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
}

const KEPT_MS = 30 * 60_000;
const MOST_ENTRIES = 1000;

export function createSourceMemory(userEnvironment: ResolveSourceOptions['userEnvironment']): SourceMemory {
  const known = new Map<string, { source: ResolvedSource; until: number }>();
  const keyOf = ({ repository, base }: ResolveSourceOptions) => JSON.stringify([repository, base]);

  async function look(options: ResolveSourceOptions): Promise<ResolvedSource> {
    const source = await resolveSource({
      ...options,
      ...(userEnvironment && { userEnvironment }),
      skipWorkTree: true,
    });
    if (known.size >= MOST_ENTRIES) known.clear();
    known.set(keyOf(options), { source, until: Date.now() + KEPT_MS });
    return source;
  }

  return {
    look,
    async recall(options) {
      const entry = known.get(keyOf(options));
      return entry && entry.until > Date.now() ? entry.source : look(options);
    },
  };
}
