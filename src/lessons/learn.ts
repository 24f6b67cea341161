import { sql } from 'kysely';
import { newId } from '../lib/ids.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';
import type { Db, Tx } from '../store/schema.ts';
import { toJson, toText } from '../store/to-json.ts';
import { generalLesson } from './general-lesson.ts';
import { lessonsOf, type RunLesson } from './lessons-of.ts';
import type { LessonSettings } from './settings.ts';
import { settleOffers } from './settle-offers.ts';

export interface EndedRun {
  readonly id: string;
  readonly repository: string;
}

/** So many lessons are kept of one repository; beyond, those that were not seen for longest go. */
export const mostLessonsPerRepository = 2_000;

/**
 * Learns from a run that has ended, once, however often it is called: from its attempts what mended which problem and what did not, and
 * from what its attempts were told, whether that helped. False: it was learned from before.
 */
export async function learnFromRun(db: Db, run: EndedRun, settings: LessonSettings): Promise<boolean> {
  if (!settings.enabled) return false;
  const attempts = (await latestCheckpoint(db, run.id))?.attempts ?? [];
  const own = lessonsOf(attempts);
  const general = settings.scope === 'global' ? own.flatMap((lesson) => generalLesson(lesson) ?? []) : [];
  return db.transaction().execute(async (tx) => {
    const { numAffectedRows } = await sql`
      insert into lesson_runs (run_id) values (${run.id}) on conflict do nothing`.execute(tx);
    if (numAffectedRows !== 1n) return false;
    await settleOffers(tx, run.id, attempts);
    // In one order, so that two runs that teach the same do not wait for each other in a circle.
    for (const lesson of inOrder(own)) await keepLesson(tx, { run, lesson, repository: run.repository });
    for (const lesson of inOrder(general)) await keepLesson(tx, { run, lesson, repository: null });
    if (own.length > 0) await dropOldest(tx, run.repository);
    return true;
  });
}

function inOrder(lessons: readonly RunLesson[]): RunLesson[] {
  const once = new Map(lessons.map((lesson) => [lesson.fingerprint, lesson]));
  return [...once.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

interface Kept {
  readonly run: EndedRun;
  readonly lesson: RunLesson;
  /** null: for all. */
  readonly repository: string | null;
}

/** A remedy that is known stays until a newer one is: the newest is the likeliest to fit the code as it is. */
async function keepLesson(tx: Tx, { run, lesson, repository }: Kept): Promise<void> {
  const { category, fingerprint, symbol, message, tool, remedy, mended, didNotHelp } = lesson;
  const tried = toJson(didNotHelp.map((action) => ({ action, times: 1 })));
  const json = remedy === null ? null : toJson(remedy);
  await sql`
    insert into lessons (id, scope, repository, category, fingerprint, symbol, message, tool, remedy, did_not_help, mended_runs, open_runs, runs)
    values (${newId()}, ${repository === null ? 'global' : 'repository'}, ${repository}, ${toText(category)}, ${fingerprint},
      ${symbol === null ? null : toText(symbol)}, ${toText(message)}, ${tool === null ? null : toText(tool)}, ${json}::jsonb,
      ${tried}::jsonb, ${mended ? 1 : 0}, ${mended ? 0 : 1}, ${toJson([run.id])}::jsonb)
    on conflict (tenant, repository, fingerprint) do update set
      message = excluded.message, tool = excluded.tool, remedy = coalesce(excluded.remedy, lessons.remedy),
      did_not_help = (
        select coalesce(jsonb_agg(jsonb_build_object('action', action, 'times', times) order by times desc, action), '[]') from (
          select one ->> 'action' as action, sum((one ->> 'times')::int) as times
          from jsonb_array_elements(lessons.did_not_help || excluded.did_not_help) as one
          group by 1 order by 2 desc, 1 limit 8
        ) as counted
      ),
      mended_runs = lessons.mended_runs + excluded.mended_runs, open_runs = lessons.open_runs + excluded.open_runs,
      last_seen_at = runyard_now(),
      runs = (
        select jsonb_agg(run order by place) from (
          select run, place from jsonb_array_elements(lessons.runs || excluded.runs) with ordinality as listed (run, place)
          order by place desc limit 20
        ) as newest
      )`.execute(tx);
}

async function dropOldest(tx: Tx, repository: string): Promise<void> {
  await sql`
    delete from lessons where id in (
      select id from lessons where repository = ${repository}
      order by last_seen_at desc, id desc offset ${mostLessonsPerRepository})`.execute(tx);
}
