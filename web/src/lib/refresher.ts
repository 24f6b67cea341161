/** How long it rests after a reading before it reads again. */
export type Gap = number;

/**
 * Reads things again when they may have changed: one reading of a thing at a time, never cut short by the next change, and one more
 * after the last change, so that what is shown is never older than the change before it.
 */
export function createRefresher(read: (name: string) => Promise<unknown>) {
  const asked = new Map<string, boolean>();
  let stopped = false;

  async function refresh(name: string, gapMs: Gap): Promise<void> {
    if (asked.has(name)) {
      asked.set(name, true);
      return;
    }
    asked.set(name, false);
    try {
      do {
        asked.set(name, false);
        // What goes wrong is shown where the thing is shown.
        await read(name).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, gapMs));
      } while (asked.get(name) === true && !stopped);
    } finally {
      asked.delete(name);
    }
  }

  return {
    refresh: (name: string, gapMs: Gap) => void refresh(name, gapMs),
    stop() {
      stopped = true;
    },
  };
}
