import type { z } from 'zod';
import { runyardError } from '../domain/errors/runyard-error.ts';

/** The JSON object in an answer, of the form asked for; fences and words around it are tolerated. Throws `model.invalid-object`. */
export function parseObject<T>(text: string, schema: z.ZodType<T>, model: string): T {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  const refuse = (problems: string[]) => runyardError('model.invalid-object', { model, problems });
  if (start < 0 || end < start) throw refuse(['the answer holds no JSON object']);
  let json: unknown;
  try {
    json = JSON.parse(text.slice(start, end + 1));
  } catch (error) {
    throw refuse([`the answer is not valid JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`));
}
