import type { FastifyInstance } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Lesson } from '../../domain/lesson.ts';
import { findLesson, findLessons, forgetLesson as forget } from '../../lessons/find.ts';
import type { LessonView } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { forgetLesson, getLesson, listLessons } from '../operations/lessons.ts';

/** What earlier runs learned. */
export function registerLessonRoutes(app: FastifyInstance, { queue }: Pick<ApiDependencies, 'queue'>): void {
  const { db } = queue.store;

  implement(app, listLessons, async ({ query: { q, limit, ...query } }) => {
    // One more than asked for tells whether there is another page.
    const found = await findLessons(db, { ...query, text: q, limit: limit + 1 });
    const lessons = found.slice(0, limit).map(toView);
    const more = q === undefined && found.length > limit;
    return { lessons, next: more ? (lessons.at(-1)?.id ?? null) : null };
  });

  const requireLesson = async (id: string): Promise<Lesson> => {
    const lesson = await findLesson(db, id);
    if (lesson === null) throw runyardError('api.no-such-lesson', { lesson: id });
    if (lesson === 'ambiguous') throw runyardError('api.ambiguous-lesson', { lesson: id });
    return lesson;
  };

  implement(app, getLesson, async ({ params }) => ({ lesson: toView(await requireLesson(params.id)) }));

  implement(app, forgetLesson, async ({ params }) => {
    const lesson = await requireLesson(params.id);
    if (!(await forget(db, lesson.id))) throw runyardError('api.no-such-lesson', { lesson: params.id });
    const { category, repository } = lesson;
    return { forgotten: true as const, category, repository, lesson: toView(lesson) };
  });
}

function toView(lesson: Lesson): LessonView {
  const { helped, didNot, firstSeenAt, lastSeenAt } = lesson;
  return {
    ...lesson,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    successRate: helped + didNot === 0 ? null : helped / (helped + didNot),
  };
}
