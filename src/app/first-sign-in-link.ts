import { makeSignInLink } from '../api/access/sign-in-link.ts';
import { newId } from '../lib/ids.ts';
import { insertAuditEntry } from '../store/access/audit-log.ts';
import { wasAnybodyLetIn } from '../store/access/sign-in-links.ts';
import type { Foundation } from './foundation.ts';

/** For whoever starts a server that nobody ever signed in to; null when somebody was let in before. */
export async function firstSignInLink(
  { store, folder }: Pick<Foundation, 'store' | 'folder'>,
  address: string,
): Promise<string | null> {
  const { db } = store;
  if (await wasAnybodyLetIn(db)) return null;
  const link = await makeSignInLink(db, { name: 'owner', role: 'admin' }, new URL(address).origin);
  await insertAuditEntry(db, {
    actor: { kind: 'node', id: folder.nodeId, name: folder.nodeId, role: null },
    action: 'createSignInLink',
    method: 'POST',
    target: null,
    outcome: 'done',
    error: null,
    origin: { address: '127.0.0.1', userAgent: null, via: 'cli' },
    before: null,
    after: { name: 'owner', role: 'admin', expiresAt: link.expiresAt.toISOString() },
    onlyRead: false,
    requestId: newId(),
  });
  return link.url;
}
