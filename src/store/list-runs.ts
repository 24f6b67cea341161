import { type RawBuilder, sql } from 'kysely';
import type { Run } from '../domain/run.ts';
import { isTerminal, type RunState } from '../domain/run-state.ts';
import { selectRuns, toRun } from './run-rows.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

/** Filters narrow each other down; those that are left out let everything through. */
export interface ListRuns {
  readonly states?: readonly RunState[] | undefined;
  readonly repository?: string | undefined;
  /** The key of the ticket. */
  readonly ticket?: string | undefined;
  readonly agent?: string | undefined;
  /** The code of the error it ended with. */
  readonly error?: string | undefined;
  /** Accepted at that time or later. */
  readonly since?: Date | undefined;
  /** Accepted before that time. */
  readonly until?: Date | undefined;
  /** Words of the ticket, or the start of an id. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** Only runs that come after this one in the list: the id of the last run of the page before. */
  readonly before?: string | undefined;
}

/** Newest first. The ids are looked for in narrow rows and indexes, and only the runs of the page are read whole. */
export async function listRuns(db: Db, list: ListRuns): Promise<Run[]> {
  const conditions = [...searchConditions(list), ...stateConditions(list), ...pageConditions(list)];
  const { rows } = await sql<{ id: string }>`
    select runs.id from runs ${needsSearch(list) ? sql`join run_search as search on search.run_id = runs.id` : sql``}
    where ${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)}
    order by ${needsSearch(list) ? sql`search.created_at desc, search.run_id desc` : sql`runs.created_at desc, runs.id desc`}
    limit ${list.limit}`.execute(db);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const found = new Map(
    (await selectRuns(db).where('runs.id', 'in', ids).execute()).map((row) => [row.id, toRun(row)]),
  );
  return ids.flatMap((id) => found.get(id) ?? []);
}

type Condition = RawBuilder<unknown>;

function needsSearch({ repository, ticket, agent, text }: ListRuns): boolean {
  return [repository, ticket, agent, text].some((filter) => filter !== undefined);
}

function searchConditions({ repository, ticket, agent, text }: ListRuns): Condition[] {
  return [
    repository === undefined ? [] : sql`search.repository = ${toText(repository)}`,
    ticket === undefined ? [] : sql`search.ticket = ${toText(ticket)}`,
    agent === undefined ? [] : sql`search.agent = ${toText(agent)}`,
    text === undefined ? [] : matching(text),
  ].flat();
}

function stateConditions({ states, error }: ListRuns): Condition[] {
  return [
    // Written out, because indexes of some states only know them by name.
    states === undefined ? [] : sql`runs.state in (${sql.join(states.map((state) => sql.lit(state)))})`,
    states?.every(isTerminal) ? sql`runs.ended_at is not null` : [],
    error === undefined ? [] : sql`runs.error is not null and runs.error ->> 'code' = ${toText(error)}`,
  ].flat();
}

function pageConditions(list: ListRuns): Condition[] {
  const { since, until, before } = list;
  const place = needsSearch(list) ? sql`(search.created_at, search.run_id)` : sql`(runs.created_at, runs.id)`;
  const at = needsSearch(list) ? sql`search.created_at` : sql`runs.created_at`;
  return [
    since === undefined ? [] : sql`${at} >= ${since}`,
    until === undefined ? [] : sql`${at} < ${until}`,
    before === undefined
      ? []
      : sql`${place} < (select created_at, id from runs where id = ${toText(before)})`,
  ].flat();
}

/** Every word must be there; the last may be the start of one, as somebody may still be typing. */
function matching(text: string): Condition {
  const words = toText(text).split(/\s+/).filter(Boolean);
  // Split as in run_words of migration 0009; what is left of a word in several parts must stand together.
  const quoted = words.map((word) => `'${word.replace(/[/._\-:@#+&=?'\\"]/g, ' ')}'`);
  const found = sql`search.words @@ to_tsquery('simple', ${`${quoted.join(' & ')}:*`})`;
  return /^[0-9a-z]+$/.test(text) ? sql`(${found} or starts_with(search.run_id, ${text}))` : found;
}
