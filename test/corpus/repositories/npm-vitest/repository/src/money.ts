/** Amounts are whole cents. */
export function formatCents(cents: number): string {
  const sign = cents < 0 ? '-' : '';
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${sign}${Math.floor(Math.abs(cents) / 100)}.${rest}`;
}

export function percentOf(cents: number, percent: number): number {
  return Math.round((cents * percent) / 100);
}
