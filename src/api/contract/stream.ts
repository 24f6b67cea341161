import { z } from 'zod';
import { eventViewSchema } from './events.ts';
import { systemEventViewSchema } from './system.ts';

const mostNames = 200;
const names = z
  .string()
  .max(20_000)
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.string().max(1000)).max(mostNames));

/** GET /api/v1/stream. With `repository` or `run` only events of runs come, otherwise system events too. */
export const streamAllQuerySchema = z.strictObject({
  type: names.optional().describe('Only these kinds, separated by commas.'),
  run: names.optional().describe(`Only these runs, separated by commas: whole ids, at most ${mostNames}.`),
  repository: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Only runs of this repository, exactly as they name it: a path or URL.'),
  after: z
    .string()
    .max(8000)
    .optional()
    .describe('Go on after this `id` of an earlier stream; Last-Event-ID wins. Absent: from now on.'),
});
export type StreamAllQuery = z.output<typeof streamAllQuerySchema>;

/** `data` of `event: run`. The same event may come twice after a reconnection; `runId` and `seq` together tell. */
export const streamedRunEventSchema = eventViewSchema
  .extend({ repository: z.string() })
  .meta({ id: 'StreamedRunEvent' });

/** `data` of `event: system`; `id` tells one that comes twice. */
export const streamedSystemEventSchema = systemEventViewSchema;

/** `data` of `event: reset`: where the viewer was cannot be found any more, so it reads again what it shows; what follows is new. */
export const streamResetSchema = z.object({ reason: z.string() });

/** What a stream over all runs says, by the name of the server-sent event. `ready` comes first: what happens from there on is in the stream. */
export const streamMessageSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), data: z.object({}) }),
  z.object({ event: z.literal('run'), data: streamedRunEventSchema }),
  z.object({ event: z.literal('system'), data: streamedSystemEventSchema }),
  z.object({ event: z.literal('reset'), data: streamResetSchema }),
]);
export type StreamMessage = z.infer<typeof streamMessageSchema>;
