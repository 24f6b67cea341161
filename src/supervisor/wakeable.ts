/** Runs `work` when woken, one at a time; waking it while it works makes it work once more. Failures go to `onError`. */
export interface Wakeable {
  wake(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createWakeable(work: () => Promise<void>, onError: (error: unknown) => void): Wakeable {
  let running: Promise<void> | null = null;
  let again = false;

  async function loop(): Promise<void> {
    while (again) {
      again = false;
      await work().catch(onError);
    }
  }

  return {
    wake() {
      again = true;
      running ??= loop().finally(() => {
        running = null;
      });
    },
    async idle() {
      await running;
    },
  };
}
