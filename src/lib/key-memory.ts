/** Remembers keys for a time, and no more than `most` of them: the oldest go first. */
export interface KeyMemory {
  has(key: string): boolean;
  add(key: string): void;
}

export interface KeyMemoryOptions {
  readonly keepMs: number;
  readonly most: number;
  /** In milliseconds, growing. */
  readonly now: () => number;
}

export function createKeyMemory({ keepMs, most, now }: KeyMemoryOptions): KeyMemory {
  const until = new Map<string, number>();
  return {
    has: (key) => (until.get(key) ?? Number.NEGATIVE_INFINITY) > now(),
    add(key) {
      until.delete(key);
      // A Map keeps the order of insertion, so the first is the oldest.
      for (const oldest of until.keys()) {
        if (until.size < most) break;
        until.delete(oldest);
      }
      until.set(key, now() + keepMs);
    },
  };
}
