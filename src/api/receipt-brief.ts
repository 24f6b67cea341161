import type { Receipt } from '../store/receipts.ts';
import type { ReceiptBrief } from './contract.ts';

const notes = { done: 'attached', pending: 'pending', failed: 'failed' } as const;

export function receiptBrief({ commit, tree, keyId, digest, createdAt, note }: Receipt): ReceiptBrief {
  const at = createdAt.toISOString();
  return { commit, tree, keyId, digest, at, note: note === null ? 'none' : notes[note] };
}
