import { z } from 'zod';
import { openToken, signToken } from '../lib/signed-token.ts';

const claimsSchema = z.object({ runId: z.string(), workerId: z.string(), epoch: z.number().int() });
export type WorkerClaims = z.infer<typeof claimsSchema>;

const PREFIX = 'ryw';

/** The token of one worker for one epoch of one run. It never enters the environment of an agent or a check. */
export function issueWorkerToken(claims: WorkerClaims, key: string): string {
  return signToken(PREFIX, claims, key);
}

export function verifyWorkerToken(token: string, key: string): WorkerClaims | null {
  const parsed = claimsSchema.safeParse(openToken(PREFIX, token, key));
  return parsed.success ? parsed.data : null;
}
