import { messageOf } from '../domain/errors/runyard-error.ts';
import { mostProblemsAsked, type OfferedLesson } from '../domain/lesson.ts';
import type { Progress, WorkerContext } from './context.ts';

/**
 * What earlier runs learned about the problems of the last attempt. A courtesy: whatever goes wrong in asking, the attempt is made without.
 */
export async function askLessons(
  context: WorkerContext,
  progress: Progress,
  attempt: number,
): Promise<readonly OfferedLesson[]> {
  const introduced = progress.attempts.at(-1)?.verdict?.introduced ?? [];
  const problems = introduced
    .slice(0, mostProblemsAsked)
    .map(({ category, fingerprint, symbol, message }) => ({ category, fingerprint, symbol, message }));
  if (problems.length === 0) return [];
  try {
    const lessons = await context.client.lessons({ attempt, problems });
    if (lessons.length > 0) {
      const told = lessons.map(({ id, match, category, message }) => ({ id, match, category, message }));
      context.emit({ type: 'lessons.offered', data: { attempt, lessons: told } });
    }
    return lessons;
  } catch (error) {
    if (context.signal.aborted) throw error;
    const message = `What earlier runs learned could not be asked for: ${messageOf(error)}`;
    context.emit({ type: 'run.warning', data: { code: 'lessons-unknown', message } });
    return [];
  }
}
