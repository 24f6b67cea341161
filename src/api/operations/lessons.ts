import { z } from 'zod';
import {
  forgetLessonResponseSchema,
  lessonResponseSchema,
  lessonRoutes,
  listLessonsQuerySchema,
  listLessonsResponseSchema,
} from '../contract.ts';
import { defineOperation } from './operation.ts';

const params = z.object({
  id: z.string().min(1).max(64).describe('The id of a lesson, or a unique start of one.'),
});
const refusals = { 404: 'There is no such lesson.', 409: 'The start of an id fits several lessons.' };

export const listLessons = defineOperation({
  id: 'listLessons',
  method: 'GET',
  path: lessonRoutes.lessons,
  tag: 'lessons',
  access: 'viewer',
  summary: 'What earlier runs learned: search, or all, the last seen first',
  query: listLessonsQuerySchema,
  answers: { 200: { description: 'One page.', schema: listLessonsResponseSchema } },
});

export const getLesson = defineOperation({
  id: 'getLesson',
  method: 'GET',
  path: lessonRoutes.lesson,
  tag: 'lessons',
  access: 'viewer',
  summary: 'A lesson: what failed, what mended it, what did not, and how often it helped',
  params,
  answers: { 200: { description: 'The lesson.', schema: lessonResponseSchema } },
  refusals,
});

export const forgetLesson = defineOperation({
  id: 'forgetLesson',
  method: 'DELETE',
  path: lessonRoutes.lesson,
  tag: 'lessons',
  access: 'operator',
  recorded: ['category', 'repository'],
  summary: 'Forget a lesson: no attempt is told of it any more',
  description: 'Later runs may teach it again.',
  params,
  answers: { 200: { description: 'What was forgotten.', schema: forgetLessonResponseSchema } },
  refusals,
});

export const lessonOperations = [listLessons, getLesson, forgetLesson];
