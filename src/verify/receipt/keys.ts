import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';

/** A new signing key as text for a file: Ed25519, PKCS#8. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
}

/** `source` is named in the error; the text never is. */
export function readSigningKey(pem: string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What the library says may quote the key.
    throw runyardError('verify.receipt-key-unusable', { source, detail: 'It holds no private key in PEM.' });
  }
  return requireEd25519(key, source);
}

const RAW_KEY_BYTES = 32;
/** The fixed beginning of an Ed25519 public key in DER: https://www.rfc-editor.org/rfc/rfc8410 section 4. */
const SPKI_START = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key as PEM, as base64 of its DER or of its 32 bytes, or as hexadecimal digits of those. */
export function readPublicKey(text: string, source: string): KeyObject {
  const given = text.trim();
  try {
    return requireEd25519(given.startsWith('-----BEGIN') ? createPublicKey(given) : fromBytes(given), source);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'verify.receipt-key-unusable')
      throw error;
    const detail = 'It is neither a public key in PEM nor its base64.';
    throw runyardError('verify.receipt-key-unusable', { source, detail });
  }
}

function fromBytes(text: string): KeyObject {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  const key = bytes.length === RAW_KEY_BYTES ? Buffer.concat([SPKI_START, bytes]) : bytes;
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function requireEd25519(key: KeyObject, source: string): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  const detail = `It is a key for ${key.asymmetricKeyType ?? 'something else'}; receipts are signed with Ed25519.`;
  throw runyardError('verify.receipt-key-unusable', { source, detail });
}

/** SHA-256 of the public key in DER, in hexadecimal digits; also of a private key, which has one. */
export function keyIdOf(key: KeyObject): string {
  return sha256Hex(publicHalf(key).export({ type: 'spki', format: 'der' }));
}

export function publicKeyText(key: KeyObject): string {
  return publicHalf(key).export({ type: 'spki', format: 'pem' });
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}
