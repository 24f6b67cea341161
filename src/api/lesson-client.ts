import type { z } from 'zod';
import {
  type ForgetLessonResponse,
  forgetLessonResponseSchema,
  type LessonResponse,
  type ListLessonsQuery,
  type ListLessonsResponse,
  lessonResponseSchema,
  lessonRoutes,
  listLessonsResponseSchema,
} from './contract.ts';
import { pathOf, withQuery } from './query-text.ts';

/** The part of the API about what earlier runs learned. */
export interface LessonClient {
  list(query: ListLessonsQuery): Promise<ListLessonsResponse>;
  show(id: string): Promise<LessonResponse>;
  forget(id: string): Promise<ForgetLessonResponse>;
}

interface Ask {
  readonly get: <T>(schema: z.ZodType<T>, path: string) => Promise<T>;
  readonly remove: <T>(schema: z.ZodType<T>, path: string) => Promise<T>;
}

export function lessonClient({ get, remove }: Ask): LessonClient {
  return {
    list: (query) => get(listLessonsResponseSchema, withQuery(lessonRoutes.lessons, { ...query })),
    show: (id) => get(lessonResponseSchema, pathOf(lessonRoutes.lesson, id)),
    forget: (id) => remove(forgetLessonResponseSchema, pathOf(lessonRoutes.lesson, id)),
  };
}
