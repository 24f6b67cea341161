const FIRST_MS = 100;
const LONGEST_MS = 5000;

/** Twice as long every time, up to a limit. */
export function delayFor(tries) {
  if (tries < 1) throw new RangeError('tries count from 1');
  return Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
}

export const limits = { firstMs: FIRST_MS, longestMs: LONGEST_MS };
