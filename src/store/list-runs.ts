import { sql } from 'kysely';
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

/** Newest first. */
export async function listRuns(db: Db, list: ListRuns): Promise<Run[]> {
  const { states, repository, ticket, agent, error, since, until, text, limit, before } = list;
  let query = selectRuns(db).orderBy('runs.created_at', 'desc').orderBy('runs.id', 'desc').limit(limit);
  if (states) query = query.where('runs.state', 'in', [...states]);
  // Said again in the words of the index of ended runs.
  if (states?.every(isTerminal)) query = query.where('runs.ended_at', 'is not', null);
  if (repository !== undefined) query = query.where('runs.repository', '=', toText(repository));
  if (agent !== undefined) query = query.where('runs.agent', '=', toText(agent));
  if (since) query = query.where('runs.created_at', '>=', since);
  if (until) query = query.where('runs.created_at', '<', until);
  const conditions = [
    ticket === undefined ? null : sql<boolean>`runs.spec -> 'ticket' ->> 'key' = ${toText(ticket)}`,
    error === undefined
      ? null
      : sql<boolean>`runs.error is not null and runs.error ->> 'code' = ${toText(error)}`,
    text === undefined ? null : matching(text),
    before === undefined
      ? null
      : sql<boolean>`(runs.created_at, runs.id) < (select created_at, id from runs where id = ${toText(before)})`,
  ];
  for (const condition of conditions) if (condition) query = query.where(condition);
  return (await query.execute()).map(toRun);
}

/** Every word must be there; the last may be the start of one, as somebody may still be typing. */
function matching(text: string) {
  const words = toText(text).split(/\s+/).filter(Boolean);
  // Split as in run_words of migration 0009; what is left of a word in several parts must stand together.
  const quoted = words.map((word) => `'${word.replace(/[/._\-:@#+&=?'\\"]/g, ' ')}'`);
  const search = sql`to_tsquery('simple', ${`${quoted.join(' & ')}:*`})`;
  const found = sql<boolean>`run_words(runs.spec) @@ ${search}`;
  return /^[0-9a-z]+$/.test(text) ? sql<boolean>`(${found} or starts_with(runs.id, ${text}))` : found;
}
