import type { KeyObject } from 'node:crypto';
import {
  largestReceiptBytes,
  type ReceiptEnvelope,
  type ReceiptStatement,
  receiptEnvelopeSchema,
  receiptPayloadType,
  receiptStatement,
  statementType,
} from '../../domain/receipt.ts';
import { isSignedBy } from './dsse.ts';
import { keyIdOf } from './keys.ts';

export const receiptParts = [
  'envelope',
  'payload type',
  'key',
  'signature',
  'statement',
  'subject',
  'commit',
  'tree',
  'base',
  'verdict',
  'checks run again',
] as const;
export type ReceiptPart = (typeof receiptParts)[number];

/** What was looked at, and what was found; a refusal is the last one. */
export interface ReceiptFinding {
  readonly part: ReceiptPart;
  readonly ok: boolean;
  readonly detail: string;
}

export interface CheckedEnvelope {
  readonly findings: readonly ReceiptFinding[];
  /** Of whom the signature is; null: refused before that was known. */
  readonly keyId: string | null;
  /** null: refused. */
  readonly statement: ReceiptStatement | null;
}

/** Checks text that somebody hands over as a receipt against the keys one trusts. It ends at the first thing that is not right. */
export function checkEnvelope(text: string, trusted: readonly KeyObject[]): CheckedEnvelope {
  const findings: ReceiptFinding[] = [];
  const say = (part: ReceiptPart, detail: string) => void findings.push({ part, ok: true, detail });
  const refuse = (part: ReceiptPart, detail: string, keyId: string | null = null): CheckedEnvelope => ({
    findings: [...findings, { part, ok: false, detail }],
    keyId,
    statement: null,
  });

  const envelope = readEnvelope(text);
  if (typeof envelope === 'string') return refuse('envelope', envelope);
  say('envelope', 'DSSE v1');
  const { payloadType } = envelope;
  if (payloadType !== receiptPayloadType)
    return refuse('payload type', `It is "${payloadType.slice(0, 80)}", not ${receiptPayloadType}.`);
  say('payload type', payloadType);

  const keys = new Map(trusted.map((key) => [keyIdOf(key), key]));
  const signature = envelope.signatures.find(({ keyid }) => keys.has(keyid));
  const key = signature && keys.get(signature.keyid);
  if (!signature || !key) return refuse('key', unknownKey(envelope, [...keys.keys()]));
  say('key', signature.keyid);
  if (!isSignedBy(envelope, signature.sig, key)) {
    const detail = `The signature is not one of key ${shortKey(signature.keyid)} over this payload: payload, type or signature were changed.`;
    return refuse('signature', detail, signature.keyid);
  }
  say('signature', 'Ed25519');

  const statement = receiptStatement(envelope);
  const keyId = signature.keyid;
  if (!statement)
    return refuse('statement', "It is signed, but not an in-toto statement of Runyard's predicate.", keyId);
  say('statement', `${statementType}, ${statement.predicateType}`);
  const contradiction = contradictionIn(statement);
  if (contradiction) return refuse('subject', contradiction, keyId);
  const { gitCommit, gitTree } = subjectOf(statement);
  say('subject', `commit ${gitCommit}, tree ${gitTree}`);
  return { findings, keyId, statement };
}

export function subjectOf({ subject }: ReceiptStatement): { gitCommit: string; gitTree: string } {
  const [only] = subject;
  if (!only) throw new RangeError('a statement without a subject');
  return only.digest;
}

/** The envelope, or why the text is none. */
function readEnvelope(text: string): ReceiptEnvelope | string {
  if (Buffer.byteLength(text) > 2 * largestReceiptBytes) return 'It is too large for a receipt.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'It is not JSON.';
  }
  const parsed = receiptEnvelopeSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `It is no DSSE envelope: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
}

function unknownKey({ signatures }: ReceiptEnvelope, known: readonly string[]): string {
  const ids = signatures.map(({ keyid }) => shortKey(keyid.replaceAll(/[^\w:.-]/g, '?'))).join(', ');
  const trusted = known.length === 0 ? 'no key is trusted' : `trusted: ${known.map(shortKey).join(', ')}`;
  return `It is signed by key ${ids}, which is not trusted here (${trusted}).`;
}

function shortKey(keyId: string): string {
  return keyId.slice(0, 16);
}

/** The subject is what others go by, the predicate is what we go by: they must say the same. */
function contradictionIn(statement: ReceiptStatement): string | null {
  const { gitCommit, gitTree } = subjectOf(statement);
  const { head } = statement.predicate;
  if (head.commit !== gitCommit || head.tree !== gitTree)
    return 'The statement is about another commit than the verification in it.';
  return null;
}
