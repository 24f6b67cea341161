type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'next' | 'end';

interface Scan {
  readonly at: number;
  readonly expected: Expected;
}

const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BAD_ESCAPE = /^\\(?!["\\/bfnrt]|u[\da-fA-F]{4})/;

/**
 * The line where a text stops being JSON, counted from 1; null: it is JSON. V8 does not always say where, and a parser that calls itself for
 * every level dies of a hostile nesting, so this one keeps the open brackets in a list.
 */
export function jsonErrorLine(text: string): number | null {
  const open: string[] = [];
  let scan: Scan = { at: text.startsWith('\uFEFF') ? 1 : 0, expected: 'value' };
  while (true) {
    const at = skipSpace(text, scan.at);
    if (at >= text.length) return scan.expected === 'end' ? null : lineAt(text, text.trimEnd().length);
    const next = step(text, { at, expected: scan.expected }, open);
    if (!next) return lineAt(text, at);
    scan = next;
  }
}

/** What follows one token; null: it may not stand here. */
function step(text: string, { at, expected }: Scan, open: string[]): Scan | null {
  const token = text[at] ?? '';
  const closes = token !== '' && token === open.at(-1);
  if (closes && (expected === 'next' || expected === (token === ']' ? 'first-value' : 'first-key'))) {
    open.pop();
    return { at: at + 1, expected: afterValue(open) };
  }
  if (expected === 'next')
    return token === ',' ? { at: at + 1, expected: open.at(-1) === ']' ? 'value' : 'key' } : null;
  if (expected === 'colon') return token === ':' ? { at: at + 1, expected: 'value' } : null;
  if (expected === 'key' || expected === 'first-key') {
    const end = stringEnd(text, at);
    return end === null ? null : { at: end, expected: 'colon' };
  }
  return expected === 'end' ? null : valueAt(text, at, open);
}

function valueAt(text: string, at: number, open: string[]): Scan | null {
  const token = text[at];
  if (token === '{' || token === '[') {
    open.push(token === '{' ? '}' : ']');
    return { at: at + 1, expected: token === '{' ? 'first-key' : 'first-value' };
  }
  const end = token === '"' ? stringEnd(text, at) : literalEnd(text, at);
  return end === null ? null : { at: end, expected: afterValue(open) };
}

function afterValue(open: readonly string[]): Expected {
  return open.length === 0 ? 'end' : 'next';
}

function literalEnd(text: string, at: number): number | null {
  LITERAL.lastIndex = at;
  return LITERAL.test(text) ? LITERAL.lastIndex : null;
}

/** Past the closing quote; null: no string begins here, or it does not end in its line, or holds a wrong escape. */
function stringEnd(text: string, at: number): number | null {
  if (text[at] !== '"') return null;
  for (let index = at + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 32) return null;
    if (code === 34) return index + 1;
    if (code !== 92) continue;
    if (BAD_ESCAPE.test(text.slice(index, index + 6))) return null;
    index += 1;
  }
  return null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text[at] ?? '-')) at += 1;
  return at;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
