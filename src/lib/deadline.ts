/** Milliseconds from `now` until `at`, never negative. */
export function remainingMs(at: Date, now: Date): number {
  return Math.max(0, at.getTime() - now.getTime());
}

export function addMs(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

/** `1h 02m`, `3m 20s`, `4.2s` or `120ms`: for people, not for parsing. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  const totalSeconds = Math.round(ms / 1000);
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = totalSeconds % 60;
  const pad = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}h ${pad(minutes)}m` : `${minutes}m ${pad(seconds)}s`;
}
