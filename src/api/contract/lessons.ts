import { z } from 'zod';
import { lessonSchema } from '../../domain/lesson.ts';
import { instant } from './instant.ts';

/** What failed and what mended it (D8). `:id` is the id of a lesson or a unique start of one. */
export const lessonRoutes = { lessons: '/api/v1/lessons', lesson: '/api/v1/lessons/:id' } as const;

export const mostLessonsPerPage = 200;

export const lessonViewSchema = lessonSchema.extend({
  firstSeenAt: instant,
  lastSeenAt: instant,
  /** Of the attempts that were told and could be judged, the share in which the problem was gone; null: none yet. */
  successRate: z.number().min(0).max(1).nullable(),
});
export type LessonView = z.infer<typeof lessonViewSchema>;

/** GET /api/v1/lessons: with `q` the best fit first, else the last seen first. */
export const listLessonsQuerySchema = z.strictObject({
  q: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Words that must all be there; the last may be the start of one.'),
  repository: z.string().min(1).max(4000).optional().describe('Exactly as runs name it: a path or URL.'),
  category: z.string().min(1).max(100).optional().describe('Such as type_error or missing_export.'),
  limit: z.coerce.number().int().min(1).max(mostLessonsPerPage).default(50),
  before: z.string().max(64).optional().describe('`next` of the page before; not together with q.'),
});
export type ListLessonsQuery = Partial<z.output<typeof listLessonsQuerySchema>>;
export const listLessonsResponseSchema = z.object({
  lessons: z.array(lessonViewSchema),
  /** `before` of the next page; null: this is the last one. */
  next: z.string().nullable(),
});
export type ListLessonsResponse = z.infer<typeof listLessonsResponseSchema>;

export const lessonResponseSchema = z.object({ lesson: lessonViewSchema });
export type LessonResponse = z.infer<typeof lessonResponseSchema>;
/** DELETE /api/v1/lessons/:id: what is known no more. */
export const forgetLessonResponseSchema = z.object({
  forgotten: z.literal(true),
  category: z.string(),
  repository: z.string().nullable(),
  lesson: lessonViewSchema,
});
export type ForgetLessonResponse = z.infer<typeof forgetLessonResponseSchema>;
