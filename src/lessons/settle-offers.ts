import { sql } from 'kysely';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { Tx } from '../store/schema.ts';

interface OpenOffer {
  readonly lesson_id: string;
  readonly attempt: number;
  readonly fingerprint: string;
}

/** What became of the problems that attempts of this run were told about, counted with the lessons. */
export async function settleOffers(tx: Tx, runId: string, attempts: readonly AttemptRecord[]): Promise<void> {
  const { rows } = await sql<OpenOffer>`
    select lesson_id, attempt, fingerprint from lesson_offers where run_id = ${runId} and outcome is null
    order by lesson_id, attempt`.execute(tx);
  for (const offer of rows) {
    const outcome = outcomeOf(offer, attempts);
    const { lesson_id: lesson, attempt } = offer;
    await sql`
      update lesson_offers set outcome = ${outcome}
      where lesson_id = ${lesson} and run_id = ${runId} and attempt = ${attempt}`.execute(tx);
    await sql`
      update lessons set helped = helped + ${outcome === 'helped' ? 1 : 0}, did_not = did_not + ${outcome === 'did-not' ? 1 : 0}
      where id = ${lesson}`.execute(tx);
  }
}

/** An attempt that was not judged says nothing about what it was told. */
export function outcomeOf(
  { attempt, fingerprint }: Pick<OpenOffer, 'attempt' | 'fingerprint'>,
  attempts: readonly AttemptRecord[],
): 'helped' | 'did-not' | 'unknown' {
  const verdict = attempts.find(({ number }) => number === attempt)?.verdict ?? null;
  if (verdict === null || verdict.status === 'unverifiable') return 'unknown';
  return verdict.introduced.some((one) => one.fingerprint === fingerprint) ? 'did-not' : 'helped';
}
