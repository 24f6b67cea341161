/** What was started, to be stopped in reverse order, each once, whatever fails. */
export interface StopList {
  add(name: string, stop: () => Promise<unknown>): void;
  run(): Promise<void>;
}

export function createStopList(onLog: (line: string) => void): StopList {
  const entries: { name: string; stop: () => Promise<unknown> }[] = [];
  let running: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    for (let entry = entries.pop(); entry; entry = entries.pop()) {
      try {
        await entry.stop();
      } catch (error) {
        onLog(
          `error while stopping ${entry.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  return {
    add: (name, stop) => void entries.push({ name, stop }),
    run: () => {
      running ??= stopAll();
      return running;
    },
  };
}
