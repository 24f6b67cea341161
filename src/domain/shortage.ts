import { z } from 'zod';

/** Something a node has too little of to start another run (X10). */
export const shortageSchema = z.object({
  what: z.enum(['disk', 'memory']),
  freeBytes: z.number().int().min(0),
  neededBytes: z.number().int().min(0),
});

export type Shortage = z.infer<typeof shortageSchema>;
