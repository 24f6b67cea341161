/** Nobody means a longer wait than this; the header is garbage then, but the provider wants us gone. */
const LONGEST_WAIT_MS = 30 * 24 * 3600 * 1000;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * How long the provider asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). null when it
 * does not say, or says something that is no wait: negative, not a number, a date of the past.
 */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const exact = wait(Number(single(headers['retry-after-ms']) ?? Number.NaN));
  if (exact !== null) return exact;
  const header = single(headers['retry-after'])?.trim();
  if (header === undefined || header === '') return null;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return wait(seconds * 1000);
  return wait(new Date(header).getTime() - now.getTime());
}

function wait(ms: number): number | null {
  return Number.isNaN(ms) || ms < 0 ? null : Math.min(Math.ceil(ms), LONGEST_WAIT_MS);
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
