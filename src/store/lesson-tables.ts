import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { LessonScope } from '../domain/lesson.ts';

/** Rows of src/lessons. */
export interface LessonTables {
  lessons: LessonsTable;
  lesson_offers: {
    lesson_id: string;
    run_id: string;
    attempt: number;
    fingerprint: string;
    at: Generated<Date>;
    outcome: 'helped' | 'did-not' | 'unknown' | null;
  };
  lesson_runs: { run_id: string; at: Generated<Date> };
}

type Json = ColumnType<unknown, string | null | undefined, string | null>;

interface LessonsTable {
  id: string;
  tenant: Generated<string>;
  scope: LessonScope;
  repository: string | null;
  category: string;
  fingerprint: string;
  symbol: string | null;
  message: string;
  tool: string | null;
  remedy: Json;
  did_not_help: Json;
  mended_runs: Generated<number>;
  open_runs: Generated<number>;
  offered: Generated<number>;
  helped: Generated<number>;
  did_not: Generated<number>;
  first_seen_at: Generated<Date>;
  last_seen_at: Generated<Date>;
  runs: Json;
  words: GeneratedAlways<string>;
}
