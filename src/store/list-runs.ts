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
  const ids =
    list.text === undefined ? await findIds(db, list, []) : await findIdsByText(db, list, list.text);
  if (ids.length === 0) return [];
  const found = new Map(
    (await selectRuns(db).where('runs.id', 'in', ids).execute()).map((row) => [row.id, toRun(row)]),
  );
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** So many of the newest runs are looked at before the index of words is asked: what many tickets say is found there, in order and at once. */
const NEAR = 1000;

/**
 * An index of words gives every run that has them, in no order; the newest runs in order give few if the words are rare. So first a bounded look
 * at the newest, and when that is not enough, the index.
 */
async function findIdsByText(db: Db, list: ListRuns, text: string): Promise<string[]> {
  const { query, start } = wordsOf(text);
  const byId = start === null ? sql`false` : sql`starts_with(search.run_id, ${start})`;
  const { rows } = await sql<{ id: string }>`
    select near.id from (
      select search.run_id as id, search.words @@ ${query} or ${byId} as fits
      from runs join run_search as search on search.run_id = runs.id
      where ${allOf(list, [])} order by ${orderOf(list)} limit ${NEAR}
    ) as near
    where near.fits limit ${list.limit}`.execute(db);
  if (rows.length === list.limit) return rows.map(({ id }) => id);
  // Ids compare as bytes, and none has a character beyond z.
  const inRange =
    start === null
      ? sql``
      : sql`union select run_id from run_search where run_id >= ${start} and run_id < ${`${start}{`}`;
  return findIds(db, list, [sql`runs.id in (select runs_with_words(${query}) ${inRange})`]);
}

async function findIds(db: Db, list: ListRuns, more: readonly Condition[]): Promise<string[]> {
  const join = needsSearch(list) ? sql`join run_search as search on search.run_id = runs.id` : sql``;
  const { rows } = await sql<{ id: string }>`
    select runs.id from runs ${join} where ${allOf(list, more)} order by ${orderOf(list)} limit ${list.limit}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

type Condition = RawBuilder<unknown>;

function allOf(list: ListRuns, more: readonly Condition[]): Condition {
  const conditions = [...searchConditions(list), ...stateConditions(list), ...pageConditions(list), ...more];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function orderOf(list: ListRuns): Condition {
  return needsSearch(list)
    ? sql`search.created_at desc, search.run_id desc`
    : sql`runs.created_at desc, runs.id desc`;
}

/** Whether one of its indexes gives the runs in order. */
function needsSearch({ repository, ticket, agent }: ListRuns): boolean {
  return [repository, ticket, agent].some((filter) => filter !== undefined);
}

function searchConditions({ repository, ticket, agent }: ListRuns): Condition[] {
  return [
    repository === undefined ? [] : sql`search.repository = ${toText(repository)}`,
    ticket === undefined ? [] : sql`search.ticket = ${toText(ticket)}`,
    agent === undefined ? [] : sql`search.agent = ${toText(agent)}`,
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

/** Every word must be there; the last may be the start of one, as somebody may still be typing. `start`: it may be the start of an id. */
function wordsOf(text: string): { query: Condition; start: string | null } {
  const words = toText(text).split(/\s+/).filter(Boolean);
  // Split as in run_words of migration 0009; what is left of a word in several parts must stand together.
  const quoted = words.map((word) => `'${word.replace(/[/._\-:@#+&=?'\\"]/g, ' ')}'`);
  const query = sql`to_tsquery('simple', ${`${quoted.join(' & ')}:*`})`;
  return { query, start: /^[0-9a-z]+$/.test(text) ? text : null };
}
