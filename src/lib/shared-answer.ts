export interface SharedAnswerOptions<K> {
  /** How long an answer is good for. */
  readonly forMs: (key: K) => number;
  readonly monotonicMs: () => number;
}

interface Entry<T> {
  readonly answer: Promise<T>;
  /** Infinity while it is being made. */
  goodUntilMs: number;
}

/** Asks once for all who want to know the same at the same time, and remembers the answer for a moment. A failure is not remembered. */
export function shareAnswers<K, T>(
  ask: (key: K) => Promise<T>,
  { forMs, monotonicMs }: SharedAnswerOptions<K>,
): (key: K) => Promise<T> {
  const entries = new Map<K, Entry<T>>();
  return (key) => {
    const now = monotonicMs();
    for (const [known, { goodUntilMs }] of entries) if (goodUntilMs <= now) entries.delete(known);
    const found = entries.get(key);
    if (found) return found.answer;
    const entry: Entry<T> = { answer: ask(key), goodUntilMs: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    entry.answer.then(
      () => {
        entry.goodUntilMs = monotonicMs() + forMs(key);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.answer;
  };
}
