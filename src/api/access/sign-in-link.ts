import type { Role } from '../../domain/role.ts';
import { hashOfSecret, newSecret } from '../../lib/secret.ts';
import { insertSignInLink } from '../../store/access/sign-in-links.ts';
import type { Db } from '../../store/schema.ts';
import { signInPage } from '../contract.ts';
import { LINK_MS } from './settings.ts';

/** The code stands in the fragment, which a browser sends to nobody; the page of the dashboard exchanges it. */
export async function makeSignInLink(
  db: Db,
  who: { readonly name: string; readonly role: Role },
  address: string,
): Promise<{ url: string; expiresAt: Date }> {
  const code = newSecret('ryl');
  const expiresAt = await insertSignInLink(db, { ...who, hash: hashOfSecret(code), lifeMs: LINK_MS });
  return { url: `${address}${signInPage}#${code}`, expiresAt };
}
