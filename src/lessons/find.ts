import { sql } from 'kysely';
import type { Lesson } from '../domain/lesson.ts';
import type { Db } from '../store/schema.ts';
import { toText } from '../store/to-json.ts';
import { lessonColumns, toLesson } from './rows.ts';

export interface FindLessons {
  /** Words that must all be there, the best fit first; absent: all, the last seen first. */
  readonly text?: string | undefined;
  readonly repository?: string | undefined;
  readonly category?: string | undefined;
  readonly limit: number;
  /** Only those after this one in the list; not together with `text`. */
  readonly before?: string | undefined;
}

/** What is known, narrowed down. The last word may be the start of one, as somebody may still be typing. */
export async function findLessons(
  db: Db,
  { text, repository, category, limit, before }: FindLessons,
): Promise<Lesson[]> {
  const query = text === undefined ? null : queryOf(text);
  if (text !== undefined && query === null) return [];
  const conditions = [
    query === null ? [] : sql`words @@ ${query}`,
    repository === undefined ? [] : sql`repository = ${toText(repository)}`,
    category === undefined ? [] : sql`category = ${toText(category)}`,
    before === undefined || query !== null
      ? []
      : sql`(last_seen_at, id) < (select last_seen_at, id from lessons where id = ${toText(before)})`,
  ].flat();
  const where = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
  const rank = query === null ? sql`` : sql`ts_rank(words, ${query}) desc,`;
  const { rows } = await sql`
    select ${lessonColumns} from lessons where ${where} order by ${rank} last_seen_at desc, id desc limit ${limit}`.execute(
    db,
  );
  return rows.map(toLesson);
}

/** By its id or a start of it that no other has; null: there is none. */
export async function findLesson(db: Db, id: string): Promise<Lesson | 'ambiguous' | null> {
  if (!/^[0-9a-z]{1,64}$/.test(id)) return null;
  const { rows } = await sql`
    select ${lessonColumns} from lessons where id >= ${id} and id < ${`${id}{`} order by id limit 2`.execute(
    db,
  );
  const [first, second] = rows;
  if (first === undefined) return null;
  return second !== undefined ? 'ambiguous' : toLesson(first);
}

/** False: somebody else was faster. A later run may teach it again. */
export async function forgetLesson(db: Db, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from lessons where id = ${id}`.execute(db);
  return numAffectedRows === 1n;
}

function queryOf(text: string) {
  const words =
    toText(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, 30) ?? [];
  if (words.length === 0) return null;
  return sql`to_tsquery('simple', ${words.map((word, index) => `'${word}'${index === words.length - 1 ? ':*' : ''}`).join(' & ')})`;
}
