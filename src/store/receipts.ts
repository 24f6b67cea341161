import { sql } from 'kysely';
import { type ReceiptEnvelope, receiptEnvelopeSchema } from '../domain/receipt.ts';
import type { Db, EffectState } from './schema.ts';
import { toJson } from './to-json.ts';

export interface ReceiptKey {
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** Who made it. */
  readonly nodeId: string;
}

/** Makes a key known to all who use this database; once it is, nothing of it changes. */
export async function recordReceiptKey(db: Db, { keyId, publicKey, nodeId }: ReceiptKey): Promise<void> {
  await db
    .insertInto('receipt_keys')
    .values({ key_id: keyId, public_key: publicKey, node_id: nodeId })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .execute();
}

/** The newest first. */
export async function listReceiptKeys(db: Db): Promise<(ReceiptKey & { readonly createdAt: Date })[]> {
  const rows = await db
    .selectFrom('receipt_keys')
    .select(['key_id', 'public_key', 'node_id', 'created_at'])
    .orderBy('created_at', 'desc')
    .orderBy('key_id')
    .execute();
  return rows.map((row) => ({
    keyId: row.key_id,
    publicKey: row.public_key,
    nodeId: row.node_id,
    createdAt: row.created_at,
  }));
}

export interface NewReceipt {
  readonly commit: string;
  readonly tree: string;
  readonly key: ReceiptKey;
  /** SHA-256 of the signed statement. */
  readonly digest: string;
  readonly envelope: ReceiptEnvelope;
}

/** Stores the receipt of a run's commit; the first one stays. */
export async function recordReceipt(db: Db, runId: string, receipt: NewReceipt): Promise<void> {
  await recordReceiptKey(db, receipt.key);
  await db
    .insertInto('receipts')
    .values({
      run_id: runId,
      commit: receipt.commit,
      tree: receipt.tree,
      key_id: receipt.key.keyId,
      digest: receipt.digest,
      envelope: toJson(receipt.envelope),
    })
    .onConflict((conflict) => conflict.columns(['run_id', 'commit']).doNothing())
    .execute();
}

export interface Receipt extends Omit<NewReceipt, 'key'> {
  readonly keyId: string;
  readonly createdAt: Date;
  /** Whether the source has it as a note; null: nobody began to write it there. */
  readonly note: EffectState | null;
}

/** The newest receipt of a run; null: it has none. */
export async function findReceipt(db: Db, runId: string): Promise<Receipt | null> {
  const row = await db
    .selectFrom('receipts')
    .leftJoin('outbox_effects as effect', (join) =>
      join.on(sql<boolean>`effect.key = 'note:' || receipts.run_id || ':' || receipts.commit`),
    )
    .select([
      'receipts.commit',
      'receipts.tree',
      'receipts.key_id',
      'receipts.digest',
      'receipts.envelope',
      'receipts.created_at',
      'effect.state',
    ])
    .where('receipts.run_id', '=', runId)
    .orderBy('receipts.created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    commit: row.commit,
    tree: row.tree,
    keyId: row.key_id,
    digest: row.digest,
    envelope: receiptEnvelopeSchema.parse(row.envelope),
    createdAt: row.created_at,
    note: row.state,
  };
}

/** Under which key of the outbox the note of a receipt is written. */
export function noteKey(runId: string, commit: string): string {
  return `note:${runId}:${commit}`;
}
