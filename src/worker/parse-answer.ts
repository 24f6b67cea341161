import type { z } from 'zod';
import { messageOf } from '../domain/errors/runyard-error.ts';

export type ParsedAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: string[] };

/**
 * Reads one JSON object from a model's answer; fences and small talk around it are tolerated. All of it is right, or none of it counts.
 * `whole`: what a problem is called that is of no single field.
 */
export function parseAnswer<T>(
  answer: string,
  { schema, whole }: { readonly schema: z.ZodType<T>; readonly whole: string },
): ParsedAnswer<T> {
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0 || end < start) return { ok: false, problems: ['the answer holds no JSON object'] };
  let json: unknown;
  try {
    json = JSON.parse(answer.slice(start, end + 1));
  } catch (error) {
    return { ok: false, problems: [`the answer is not valid JSON: ${messageOf(error)}`] };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
  return { ok: false, problems };
}
