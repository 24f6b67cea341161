import { z } from 'zod';
import { errorDataSchema } from '../../domain/errors/runyard-error.ts';

/** A refused request: a problem of RFC 9457, with all that is known of the error in `error`. */
export const apiErrorSchema = z
  .object({
    /** `urn:runyard:error:<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    /** `urn:runyard:request:<request id>`, as in the header x-request-id and in the server's log. */
    instance: z.string(),
    /** `message` is `what` again, where other clients look for it. */
    error: errorDataSchema.extend({ message: z.string().optional() }),
  })
  .meta({ id: 'Problem' });
export type ApiError = z.infer<typeof apiErrorSchema>;
