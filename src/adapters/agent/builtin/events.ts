import { z } from 'zod';
import { errorDataSchema } from '../../../domain/errors/runyard-error.ts';
import { usageSchema } from '../../../domain/usage.ts';

/** What the built-in agent prints: one JSON object a line. `end` comes exactly once and last. */
export const builtinEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('activity'),
    kind: z.enum(['message', 'thinking', 'tool', 'tool-result', 'warning']),
    name: z.string().nullable(),
    text: z.string(),
  }),
  /** An answer is arriving. */
  z.object({ type: z.literal('progress') }),
  z.object({ type: z.literal('turn'), turn: z.number().int(), usage: usageSchema }),
  z.object({
    type: z.literal('end'),
    summary: z.string(),
    usage: usageSchema,
    /** null exactly when the agent says that it is done. */
    error: errorDataSchema.nullable(),
  }),
]);
export type BuiltinEvent = z.infer<typeof builtinEventSchema>;
export type BuiltinEnd = Extract<BuiltinEvent, { type: 'end' }>;
