/** Less is what a header of whole seconds and the way of an answer cannot tell. */
const SMALLEST_MS = 3_000;

let offsetMs = 0;

/** Of the header `Date` (RFC 9110, section 6.6.1): deadlines are those of the server, whatever the clock of this machine says. */
export function noteServerTime(header: string | null): void {
  const told = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(told)) return;
  const difference = told - Date.now();
  offsetMs = Math.abs(difference) < SMALLEST_MS ? 0 : difference;
}

export function serverNow(): number {
  return Date.now() + offsetMs;
}
