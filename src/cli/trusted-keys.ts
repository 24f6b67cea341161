import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ifThere } from '../lib/if-there.ts';
import { receiptKeyFile } from '../verify/receipt/key-file.ts';
import { keyIdOf, readPublicKey, readSigningKey } from '../verify/receipt/keys.ts';
import type { Where } from './find-receipt.ts';
import { withSession } from './with-session.ts';

/** The keys somebody gave and no others; else those of the data folder, and of its server when that one has not signed. */
export async function trustedKeys(
  given: readonly string[],
  signers: ReadonlySet<string>,
  where: Where,
): Promise<KeyObject[]> {
  if (given.length > 0) return Promise.all(given.map((key) => givenKey(key, where)));
  const own = await ownKey(where.config.dataDir);
  if (own !== null && [...signers].every((id) => id === keyIdOf(own))) return [own];
  const { context, options, config } = where;
  const known: KeyObject[] = own === null ? [] : [own];
  await withSession(context, { options, config, drive: false }, async ({ api }) => {
    const { keys } = await api.views.receiptKeys();
    for (const { keyId, publicKey } of keys) known.push(readPublicKey(publicKey, `key ${keyId}`));
    return 0;
  });
  return known;
}

/** More than a key ever has. */
const LARGEST_KEY_BYTES = 64 * 1024;

async function givenKey(given: string, { context }: Where): Promise<KeyObject> {
  const file = path.resolve(context.cwd, given);
  const found = await ifThere(stat(file));
  if (!found?.isFile()) return readPublicKey(given, `--key ${given.slice(0, 40)}`);
  if (found.size > LARGEST_KEY_BYTES) return readPublicKey('', given);
  return readPublicKey(await readFile(file, 'utf8'), given);
}

/** Of the data folder, if one was made there; looking makes none. */
async function ownKey(dataDir: string): Promise<KeyObject | null> {
  const file = receiptKeyFile(dataDir);
  const pem = await ifThere(readFile(file, 'utf8'));
  return pem === null ? null : readSigningKey(pem, file);
}
