import { z } from 'zod';
import { guardFindingSchema } from '../../domain/guard.ts';

/** A finding before a policy has said what it does. */
export const suspectedSchema = guardFindingSchema
  .omit({ action: true })
  .extend({ weight: z.enum(['certain', 'doubtful']) });

/** As the program that searches writes it. */
export const suspicionSchema = suspectedSchema
  .omit({ fingerprint: true })
  .extend({ identity: z.string().optional() });
