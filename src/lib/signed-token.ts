import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A token that carries its own data: `<prefix>_<base64url JSON>.<base64url HMAC-SHA256>` (RFC 2104). Readable by its holder, forged
 * by nobody without the key.
 */
export function signToken(prefix: string, payload: unknown, key: string): string {
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${prefix}_${body}.${signatureOf(prefix, body, key)}`;
}

/** The payload of a token signed with this prefix and key, not yet validated; null when it is not one. */
export function openToken(prefix: string, token: string, key: string): unknown {
  const match = /^([a-z]+)_([\w-]+)\.([\w-]+)$/.exec(token);
  if (!match) return null;
  const [, actualPrefix, body = '', signature = ''] = match;
  if (actualPrefix !== prefix || !equal(signature, signatureOf(prefix, body, key))) return null;
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function signatureOf(prefix: string, body: string, key: string): string {
  return createHmac('sha256', key).update(`${prefix}.${body}`).digest('base64url');
}
