import { randomBytes } from 'node:crypto';

/** Crockford base 32 (https://www.crockford.com/base32.html): no i, l, o, u, so an id survives being read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const ID_LENGTH = 12;
const SHORT_ID_LENGTH = 6;

/** A random id of 12 characters (60 bits), lower case, safe in file names, branch names and URLs. */
export function newId(random: (size: number) => Uint8Array = randomBytes): string {
  const bytes = random(ID_LENGTH);
  let id = '';
  for (const byte of bytes) id += ALPHABET[byte % ALPHABET.length];
  return id;
}

/** The first six characters: enough for a person to tell runs of one ticket apart. */
export function shortId(id: string): string {
  return id.slice(0, SHORT_ID_LENGTH);
}
