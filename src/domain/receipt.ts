import { z } from 'zod';
import { guardActions, guardNames, guardPolicySchema } from './guard.ts';
import { reviewSeverities, reviewStages } from './review.ts';
import { checkOverrideSchema } from './run.ts';
import { sandboxModes } from './sandbox.ts';
import { checkKinds, checkStatuses, flakyTestSchema, verdictStatuses } from './verdict.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = 'https://in-toto.io/Statement/v1';
export const receiptPredicateType = 'https://runyard.dev/verification/v1';
/** https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export const receiptPayloadType = 'application/vnd.in-toto+json';

/** What a receipt lists of each kind at most; the counts beside the lists are whole. */
export const mostListed = { checks: 50, fingerprints: 200, guards: 100, flaky: 100, warnings: 50 } as const;
/** Far above what the bounds let a receipt become; whoever reads one reads no more. */
export const largestReceiptBytes = 4 * 1024 * 1024;

/** A DSSE v1 envelope: what is signed, and by whom. */
export const receiptEnvelopeSchema = z.object({
  payloadType: z.string().max(200),
  /** Base64 of the statement's bytes. */
  payload: z.string().max(2 * largestReceiptBytes),
  signatures: z
    .array(z.object({ keyid: z.string().max(200), sig: z.string().max(1000) }))
    .min(1)
    .max(10),
});
export type ReceiptEnvelope = z.infer<typeof receiptEnvelopeSchema>;

const objectName = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'not the name of a git object');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256');
const commitAndTree = z.object({ commit: objectName, tree: objectName });

/** How one check ended on one side. */
const sideSchema = z.object({
  status: z.enum(checkStatuses),
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nonnegative(),
  /** SHA-256 of the redacted output; null: not known. */
  logDigest: sha256.nullable(),
});

const receiptCheckSchema = sideSchema.extend({
  name: z.string(),
  kind: z.enum(checkKinds),
  /** Empty: Runyard does it itself. */
  argv: z.array(z.string()),
  /** Relative to the root of the repository; empty: the root. */
  folder: z.string(),
  source: z.string(),
  toolVersion: z.string().nullable(),
  /** It had been run before on the same tree, and was not run again. */
  cached: z.boolean(),
  /** Files of the commit that it changed; they were put back. */
  edited: z.array(z.string()),
  /** null: it did not run on the base commit. */
  baseline: sideSchema.nullable(),
});
export type ReceiptCheck = z.infer<typeof receiptCheckSchema>;

const problemsSchema = z.object({
  count: z.number().int().min(0),
  /** In order, without doubles; as many as are listed. */
  fingerprints: z.array(z.string()),
});

/** What Runyard states of a commit. Additions are optional, so that a receipt of before can still be read. */
export const receiptPredicateSchema = z.object({
  verdict: z.enum(verdictStatuses),
  base: commitAndTree,
  head: commitAndTree,
  /** Where the commit was verified; a URL without credentials, or a path. */
  repository: z.string(),
  /** null: verified on the command line, without a run. */
  run: z
    .object({
      id: z.string(),
      ticket: z.string().nullable(),
      attempt: z.number().int().min(1),
      agent: z.string(),
      model: z.string().nullable(),
    })
    .nullable(),
  checks: z.array(receiptCheckSchema),
  checksCount: z.number().int().min(0),
  comparison: z.object({ introduced: problemsSchema, preexisting: problemsSchema }),
  flaky: z.array(flakyTestSchema),
  guards: z.array(
    z.object({
      guard: z.enum(guardNames),
      action: z.enum(guardActions).exclude(['off']),
      message: z.string(),
      file: z.string().nullable(),
      line: z.number().int().nullable(),
      fingerprint: z.string(),
    }),
  ),
  guardsCount: z.number().int().min(0),
  /** What was decided beforehand about what counts. */
  policy: z.object({
    mode: z.enum(['auto', 'off']),
    commands: z.array(checkOverrideSchema).nullable(),
    allowUnverified: z.boolean(),
    guards: guardPolicySchema,
    format: z.enum(['fail', 'warn']),
    autofix: z.boolean(),
  }),
  sandbox: z.enum(sandboxModes),
  /** What people decided by hand, such as to take a change that no check could verify; empty: nothing had to be. */
  accepted: z.array(
    z.object({
      what: z.enum(['plan', 'change']),
      /** The plan's hash, or the commit. */
      subject: z.string(),
      by: z.string(),
      at: z.iso.datetime(),
    }),
  ),
  /** What reviewers said of the head commit, one per stage; absent: nobody was asked. */
  reviews: z
    .array(
      z.object({
        stage: z.enum(reviewStages),
        model: z.string(),
        status: z.enum(['reviewed', 'unavailable']),
        commit: objectName,
        round: z.number().int().min(1),
        /** How many of each severity. */
        findings: z.record(z.enum(reviewSeverities), z.number().int()),
      }),
    )
    .optional(),
  warnings: z.array(z.string()),
  issuer: z.object({ runyard: z.string(), node: z.string(), platform: z.string() }),
  /** By the clock of the database; without one, of the machine. */
  issuedAt: z.iso.datetime(),
});
export type ReceiptPredicate = z.infer<typeof receiptPredicateSchema>;

export const receiptStatementSchema = z.object({
  _type: z.literal(statementType),
  /** One: the commit, and the tree that the checks saw. */
  subject: z
    .array(
      z.object({
        name: z.string().optional(),
        digest: z.object({ gitCommit: objectName, gitTree: objectName }),
      }),
    )
    .length(1),
  predicateType: z.literal(receiptPredicateType),
  predicate: receiptPredicateSchema,
});
export type ReceiptStatement = z.infer<typeof receiptStatementSchema>;

/** The bytes of a strictly read payload (plain or URL-safe base64, padded); null for anything else: nothing in it may be without meaning. */
export function receiptPayload({ payload }: Pick<ReceiptEnvelope, 'payload'>): Buffer | null {
  return strictBase64(payload);
}

/** Node skips what is not base64; here every character counts, so that whatever is changed is seen. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  const plain = bytes.toString('base64');
  const urlSafe = plain.replaceAll('+', '-').replaceAll('/', '_');
  return text === plain || text === urlSafe ? bytes : null;
}

/** The statement of an envelope whose signature somebody has checked, or that is only shown; null when it is none of ours. */
export function receiptStatement(envelope: ReceiptEnvelope): ReceiptStatement | null {
  const bytes = receiptPayload(envelope);
  if (bytes === null) return null;
  try {
    const parsed = receiptStatementSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
