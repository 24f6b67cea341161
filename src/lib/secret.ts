import { createHash, randomBytes } from 'node:crypto';

/** A new random secret of 256 bits; the prefix tells people, and what looks for leaked secrets, what it is. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** Whether it looks like one that `newSecret` made with this prefix. */
export function isSecret(text: string, prefix: string): boolean {
  return text.length === prefix.length + 1 + 43 && text.startsWith(`${prefix}_`);
}

/** What is kept of a secret. It is random and long, so that no slow hash is needed to keep it from being guessed. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
