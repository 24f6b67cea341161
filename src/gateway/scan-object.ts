/** Where a value stands in the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ScannedObject {
  /** The wanted fields that are there. */
  readonly fields: ReadonlyMap<string, Span>;
  /** Where the closing brace stands. */
  readonly closing: number;
  readonly isEmpty: boolean;
}

/** No request of either protocol comes near. */
const MOST_FIELDS = 1000;
/** Of a name in quotes; every wanted name fits, even with each letter written as an escape. */
const LONGEST_NAME = 256;

/**
 * Finds the wanted fields of a JSON object without building it: linear in time and of no size in memory, where JSON.parse makes
 * gigabytes of a few megabytes of tiny objects. What lies deeper is not checked. A text: what is wrong with the object.
 */
export function scanObject(bytes: Uint8Array, wanted: ReadonlySet<string>): ScannedObject | string {
  const fields = new Map<string, Span>();
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== BRACE_OPEN) return NO_OBJECT;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === BRACE_CLOSE) return ended(bytes, { fields, closing: at, isEmpty: true });
  for (let count = 0; count < MOST_FIELDS; count += 1) {
    if (bytes[at] !== QUOTE) return NO_OBJECT;
    const nameEnd = endOfString(bytes, at);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return NO_OBJECT;
    const start = skipSpace(bytes, colon + 1);
    const end = endOfValue(bytes, start);
    if (end === start) return NO_OBJECT;
    const name = nameIn(bytes, { start: at, end: nameEnd });
    if (name !== null && wanted.has(name)) {
      // Two readers may disagree on which of the two counts.
      if (fields.has(name)) return `The field ${name} is there twice.`;
      fields.set(name, { start, end });
    }
    const next = skipSpace(bytes, end);
    if (bytes[next] === BRACE_CLOSE) return ended(bytes, { fields, closing: next, isEmpty: false });
    if (bytes[next] !== COMMA) return NO_OBJECT;
    at = skipSpace(bytes, next + 1);
  }
  return `The body has more than ${MOST_FIELDS} fields.`;
}

const NO_OBJECT = 'The body is not a JSON object.';
const [QUOTE, COLON, COMMA, BACKSLASH] = [0x22, 0x3a, 0x2c, 0x5c];
const [BRACE_OPEN, BRACE_CLOSE, BRACKET_OPEN, BRACKET_CLOSE] = [0x7b, 0x7d, 0x5b, 0x5d];

function ended(bytes: Uint8Array, scanned: ScannedObject): ScannedObject | string {
  return skipSpace(bytes, scanned.closing + 1) === bytes.length ? scanned : NO_OBJECT;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

/** The place behind the closing quote, or behind the text when there is none. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) return at + 1;
  }
  return bytes.length;
}

function endOfValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first === QUOTE) return endOfString(bytes, from);
  return first === BRACE_OPEN || first === BRACKET_OPEN ? endOfNest(bytes, from) : endOfScalar(bytes, from);
}

function endOfNest(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    at += 1;
    if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth += 1;
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) depth -= 1;
    if (depth === 0) return at;
  }
  return bytes.length;
}

function endOfScalar(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== BRACE_CLOSE && !isSpace(bytes[at]))
    at += 1;
  return at;
}

function nameIn(bytes: Uint8Array, { start, end }: Span): string | null {
  if (end - start > LONGEST_NAME) return null;
  try {
    return String(JSON.parse(Buffer.from(bytes.subarray(start, end)).toString('utf8')));
  } catch {
    return null;
  }
}
