import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { readOrCreateSecret, replaceSecret } from '../../process/secret-file.ts';
import { newSigningKey, readSigningKey } from './keys.ts';

/** The private key of a data folder. It is in no sandbox, no child's environment, no database and no answer of the API. */
export function receiptKeyFile(dataDir: string): string {
  return path.join(dataDir, 'receipt.key');
}

/** The key that signs now, made if there is none. Read each time it is needed, so that a rotation needs no restart. */
export async function loadSigningKey(dataDir: string): Promise<KeyObject> {
  const file = receiptKeyFile(dataDir);
  const pem = await readOrCreateSecret(file, newSigningKey);
  await refuseReadable(file);
  return readSigningKey(pem, file);
}

/** From now on another key signs. The private half of the former one is gone; receipts it signed are checked with its public half. */
export async function rotateSigningKey(dataDir: string): Promise<KeyObject> {
  const pem = newSigningKey();
  const file = receiptKeyFile(dataDir);
  await replaceSecret(file, pem);
  return readSigningKey(pem, file);
}

async function refuseReadable(file: string): Promise<void> {
  const { mode } = await stat(file);
  // Windows has no such bits.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const detail = `Others of this machine may read it (mode ${(mode & 0o777).toString(8)}): chmod 600 it and, if somebody did, make another.`;
  throw runyardError('verify.receipt-key-unusable', { source: file, detail });
}
