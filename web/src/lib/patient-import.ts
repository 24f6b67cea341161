const TRIES = 60;
const BETWEEN_MS = 2_000;

/** A part of the dashboard that could not be loaded is asked for again while the server is away: the page stays, and goes on when it is back. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}
