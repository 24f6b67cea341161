/** Runs `work` when woken, one at a time; waking it while it works makes it work once more. Failures go to `onError`. */
export interface Wakeable {
  wake(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** How long ago the work last came to its end without a failure; at first, how long ago this was made. */
  quietMs(): number;
}

export function createWakeable(work: () => Promise<void>, onError: (error: unknown) => void): Wakeable {
  let running: Promise<void> | null = null;
  let again = false;
  let cameRoundAt = performance.now();

  async function loop(): Promise<void> {
    while (again) {
      again = false;
      await work().then(cameRound, onError);
    }
  }

  function cameRound(): void {
    cameRoundAt = performance.now();
  }

  return {
    quietMs: () => performance.now() - cameRoundAt,
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
