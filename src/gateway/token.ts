import { z } from 'zod';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { stages } from '../domain/stage.ts';
import { openToken, signToken } from '../lib/signed-token.ts';

const PREFIX = 'ryg';

const claimsSchema = z.object({
  runId: z.string().min(1),
  epoch: z.number().int().min(0),
  stage: z.enum(stages),
  attempt: z.number().int().min(0),
  /** References `provider/model` the holder may use. */
  models: z.array(z.string()).min(1),
  expiresAt: z.iso.datetime(),
});

/** What a gateway token says. Nothing in it is secret; nobody can change it. */
export type GatewayClaims = Readonly<z.infer<typeof claimsSchema>>;

/** The only credential an agent gets. */
export function issueGatewayToken(claims: GatewayClaims, signingKey: string): string {
  return signToken(PREFIX, claimsSchema.parse(claims), signingKey);
}

/** Throws `gateway.invalid-token`. Whether the epoch is still the current one is another question. */
export function verifyGatewayToken(token: string, signingKey: string, now: Date): GatewayClaims {
  const parsed = claimsSchema.safeParse(openToken(PREFIX, token, signingKey));
  if (!parsed.success) {
    throw runyardError('gateway.invalid-token', {
      problem: 'The key given is not a gateway token of this server.',
    });
  }
  if (new Date(parsed.data.expiresAt) <= now) {
    throw runyardError('gateway.invalid-token', {
      problem: `The token expired at ${parsed.data.expiresAt}.`,
    });
  }
  return parsed.data;
}
