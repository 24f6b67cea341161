import { z } from 'zod';

/** Settings that stand together; each has its default, and so has the whole. */
export function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape).prefault({} as never);
}
