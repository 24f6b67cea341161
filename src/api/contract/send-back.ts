import { z } from 'zod';

export const sendBackRoutes = { sendBack: '/api/v1/runs/:id/send-back' } as const;

/** POST /api/v1/runs/:id/send-back: plan again, with what was said about this plan. */
export const sendBackRequestSchema = z.strictObject({
  planHash: z.string().min(1).max(64),
  feedback: z.string().trim().min(1).max(20_000),
  by: z.string().min(1).max(200).optional(),
});
export type SendBackRequest = z.infer<typeof sendBackRequestSchema>;
