/** Remembers what was found for a short time, and no more than `most` of it; what was not found is asked for again. */
export interface Recent<T> {
  get(key: string, load: () => Promise<T | null>): Promise<T | null>;
  /** Everything is asked for again, also what is being loaded now. */
  forget(): void;
}

export interface RecentOptions {
  readonly keepMs: number;
  readonly most: number;
  /** In milliseconds, growing. */
  readonly now: () => number;
}

export function createRecent<T>({ keepMs, most, now }: RecentOptions): Recent<T> {
  const known = new Map<string, { readonly value: T; readonly until: number }>();
  let generation = 0;
  return {
    async get(key, load) {
      const found = known.get(key);
      if (found && found.until > now()) return found.value;
      known.delete(key);
      const started = generation;
      const value = await load();
      if (value === null || started !== generation) return value;
      // A Map keeps the order of insertion, so the first is the oldest.
      for (const oldest of known.keys()) {
        if (known.size < most) break;
        known.delete(oldest);
      }
      known.set(key, { value, until: now() + keepMs });
      return value;
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}
