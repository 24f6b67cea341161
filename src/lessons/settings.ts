import type { LessonScope } from '../domain/lesson.ts';

export interface LessonSettings {
  /** Whether runs are learned from and told. What is known can be read and forgotten all the same. */
  readonly enabled: boolean;
  readonly scope: LessonScope;
}
