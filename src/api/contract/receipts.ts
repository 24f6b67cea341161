import { z } from 'zod';
import { receiptEnvelopeSchema, receiptPredicateSchema } from '../../domain/receipt.ts';
import { instant } from './instant.ts';

export const receiptRoutes = {
  receipt: '/api/v1/runs/:id/receipt',
  keys: '/api/v1/receipt-keys',
} as const;

/** A run's receipt in a few words. */
export const receiptBriefSchema = z.object({
  commit: z.string(),
  tree: z.string(),
  keyId: z.string(),
  /** SHA-256 of the signed statement. */
  digest: z.string(),
  at: instant,
  /** Whether the source has it as a git note under refs/notes/runyard; `none`: nobody began to write it there. */
  note: z.enum(['attached', 'pending', 'failed', 'none']),
});
export type ReceiptBrief = z.infer<typeof receiptBriefSchema>;

/** GET /api/v1/runs/:id/receipt. */
export const receiptResponseSchema = receiptBriefSchema.extend({
  run: z.string(),
  /** The DSSE envelope as it was signed: what others check. */
  envelope: receiptEnvelopeSchema,
  /** What it states, read from the envelope; for showing only. null: of a form this server does not know. */
  predicate: receiptPredicateSchema.nullable(),
});
export type ReceiptResponse = z.infer<typeof receiptResponseSchema>;

/** GET /api/v1/receipt-keys: the newest first. */
export const receiptKeysResponseSchema = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      /** Ed25519, PEM. */
      publicKey: z.string(),
      /** The node that made it. */
      node: z.string(),
      createdAt: instant,
      /** The node that answers signs with it now. */
      current: z.boolean(),
    }),
  ),
});
export type ReceiptKeysResponse = z.infer<typeof receiptKeysResponseSchema>;
