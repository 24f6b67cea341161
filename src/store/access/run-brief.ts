import { sql } from 'kysely';
import type { RunState } from '../../domain/run-state.ts';
import type { Db } from '../schema.ts';
import { toText } from '../to-json.ts';

/** What a record of a decision says of the run it was about. */
export interface RunBrief {
  readonly id: string;
  readonly state: RunState;
}

/** By its id or a unique start of it; null when none or several fit. */
export async function runBrief(db: Db, idOrPrefix: string): Promise<RunBrief | null> {
  const prefix = toText(idOrPrefix);
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'state'])
    .where(sql<boolean>`starts_with(id, ${prefix})`)
    .orderBy('id')
    .limit(2)
    .execute();
  const [first] = rows;
  return first && prefix !== '' && (rows.length === 1 || first.id === prefix) ? first : null;
}
