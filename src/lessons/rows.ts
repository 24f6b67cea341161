import { type RawBuilder, sql } from 'kysely';
import { type Lesson, lessonSchema } from '../domain/lesson.ts';

export const lessonColumns: RawBuilder<unknown> = sql`
  lessons.id, lessons.scope, lessons.repository, lessons.category, lessons.fingerprint, lessons.symbol, lessons.message, lessons.tool,
  lessons.remedy, lessons.did_not_help as "didNotHelp", lessons.mended_runs as "mendedRuns", lessons.open_runs as "openRuns",
  lessons.offered, lessons.helped, lessons.did_not as "didNot", lessons.first_seen_at as "firstSeenAt",
  lessons.last_seen_at as "lastSeenAt", lessons.runs`;

export function toLesson(row: unknown): Lesson {
  return lessonSchema.parse(row);
}
