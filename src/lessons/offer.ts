import { sql } from 'kysely';
import type { OfferedLesson } from '../domain/lesson.ts';
import type { Db } from '../store/schema.ts';
import { toText } from '../store/to-json.ts';
import { type AskedProblem, type Candidate, chooseLessons, wordsOf } from './choose.ts';
import { generalFingerprint } from './general-lesson.ts';
import { normaliseMessage } from './harmless-text.ts';
import { learnPending } from './learn-pending.ts';
import { lessonColumns, toLesson } from './rows.ts';
import type { LessonSettings } from './settings.ts';

export interface LessonQuestion {
  readonly run: { readonly id: string; readonly repository: string };
  readonly attempt: number;
  readonly problems: readonly AskedProblem[];
  readonly settings: LessonSettings;
  /** A run could not be learned from; asking goes on. */
  readonly onError: (error: unknown, run: string) => void;
}

/** The lessons an attempt is told, at most three; that it was told is written down. Asking again for the same attempt counts once. */
export async function offerLessons(db: Db, question: LessonQuestion): Promise<OfferedLesson[]> {
  const { run, attempt, settings, onError } = question;
  if (!settings.enabled || question.problems.length === 0) return [];
  await learnPending(db, run.repository, { settings, onError });
  const problems = question.problems.map((problem) => ({
    ...problem,
    message: normaliseMessage(problem.message),
  }));
  const candidates = [
    ...(await sameProblem(db, question)),
    ...(await sameSymbol(db, { run, problems })),
    ...(await similarWords(db, { run, problems })),
  ];
  const lessons = chooseLessons(candidates);
  if (lessons.length > 0) await record(db, { run, attempt, lessons });
  return lessons;
}

async function sameProblem(db: Db, { run, problems, settings }: LessonQuestion): Promise<Candidate[]> {
  const byFingerprint = new Map<string, AskedProblem>();
  for (const problem of problems.toReversed()) {
    const general = settings.scope === 'global' ? generalFingerprint(problem) : null;
    if (general !== null) byFingerprint.set(general, problem);
    byFingerprint.set(problem.fingerprint, problem);
  }
  const { rows } = await sql`
    select ${lessonColumns} from lessons
    where fingerprint = any(${[...byFingerprint.keys()].map(toText)}) and (repository = ${run.repository} or repository is null)`.execute(
    db,
  );
  return rows.map(toLesson).flatMap((lesson) => {
    const problem = byFingerprint.get(lesson.fingerprint);
    return problem ? [{ lesson, problem, match: 'same-problem' as const }] : [];
  });
}

type Own = Pick<LessonQuestion, 'run' | 'problems'>;

/** A code of a tool is no name: half of all type errors share one. */
const NO_NAME = /^(?:TS\d+|E\d+|[A-Z]{1,4}\d{3,4})$/;

async function sameSymbol(db: Db, { run, problems }: Own): Promise<Candidate[]> {
  const named = problems.filter(({ symbol }) => symbol !== null && !NO_NAME.test(symbol));
  if (named.length === 0) return [];
  const { rows } = await sql`
    select ${lessonColumns} from lessons
    where repository = ${run.repository} and symbol = any(${named.map(({ symbol }) => toText(normaliseMessage(symbol ?? '')))})
    order by mended_runs desc, last_seen_at desc limit 30`.execute(db);
  return rows.map(toLesson).flatMap((lesson) => {
    const problem = named.find(
      ({ symbol, category }) =>
        category === lesson.category && normaliseMessage(symbol ?? '') === lesson.symbol,
    );
    return problem ? [{ lesson, problem, match: 'same-symbol' as const }] : [];
  });
}

const MOST_SEARCHED = 8;

async function similarWords(db: Db, { run, problems }: Own): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const problem of problems.slice(0, MOST_SEARCHED)) {
    const words = [...wordsOf(problem.message)].slice(0, 24);
    if (words.length === 0) continue;
    const query = sql`to_tsquery('simple', ${words.map((word) => `'${word}'`).join(' | ')})`;
    const { rows } = await sql`
      select ${lessonColumns} from lessons
      where words @@ ${query} and repository = ${run.repository} and category = ${toText(problem.category)}
      order by ts_rank(words, ${query}) desc, last_seen_at desc limit 5`.execute(db);
    found.push(...rows.map((row) => ({ lesson: toLesson(row), problem, match: 'similar-words' as const })));
  }
  return found;
}

interface Told {
  readonly run: LessonQuestion['run'];
  readonly attempt: number;
  readonly lessons: readonly OfferedLesson[];
}

async function record(db: Db, { run, attempt, lessons }: Told): Promise<void> {
  const ids = lessons.map(({ id }) => id);
  const fingerprints = lessons.map(({ fingerprint }) => toText(fingerprint));
  // The lessons are locked in one order first; one that was forgotten meanwhile is not recorded.
  await sql`
    with known as (
      select id from lessons where id = any(${ids}) order by id for update
    ), told as (
      insert into lesson_offers (lesson_id, run_id, attempt, fingerprint)
      select asked.id, ${run.id}, ${attempt}, asked.fingerprint
      from unnest(${ids}::text[], ${fingerprints}::text[]) as asked (id, fingerprint) join known on known.id = asked.id
      on conflict do nothing returning lesson_id
    )
    update lessons set offered = offered + 1 where id in (select lesson_id from told)`.execute(db);
}
