import type { Diagnostic, Verdict } from '../../domain/verdict.ts';
import { addFacts, type FactSources } from './add-facts.ts';

/** Hints by fingerprint. */
export type Hints = Readonly<Record<string, string>>;

/** What the tree knows of the problems a change caused; asked while the tree is laid out, kept with what the checks said. */
export async function hintsFor(introduced: readonly Diagnostic[], sources: FactSources): Promise<Hints> {
  const told = await addFacts(introduced, sources);
  return Object.fromEntries(told.flatMap(({ fingerprint, hint }) => (hint ? [[fingerprint, hint]] : [])));
}

/** The verdict with those hints wherever a problem is named. */
export function withHints(verdict: Verdict, hints: Hints): Verdict {
  const told = (diagnostic: Diagnostic) => {
    const hint = hints[diagnostic.fingerprint];
    return hint === undefined ? diagnostic : { ...diagnostic, hint };
  };
  return {
    ...verdict,
    introduced: verdict.introduced.map(told),
    results: verdict.results.map((result) => ({ ...result, diagnostics: result.diagnostics.map(told) })),
  };
}
