import type { Diagnostic } from '../domain/verdict.ts';

/** Splits problems into those the base commit does not have and those it has, as often as it has them. */
export function compareDiagnostics(
  now: readonly Diagnostic[],
  before: readonly Diagnostic[],
): { readonly introduced: Diagnostic[]; readonly preexisting: Diagnostic[] } {
  const left = new Map<string, number>();
  for (const { fingerprint } of before) left.set(fingerprint, (left.get(fingerprint) ?? 0) + 1);
  const introduced: Diagnostic[] = [];
  const preexisting: Diagnostic[] = [];
  for (const diagnostic of now) {
    const known = left.get(diagnostic.fingerprint) ?? 0;
    if (known > 0) left.set(diagnostic.fingerprint, known - 1);
    (known > 0 ? preexisting : introduced).push(diagnostic);
  }
  return { introduced, preexisting };
}
