/** Everything a terminal could act on: C0 and C1 controls but newline and tab, and the marks that reorder text (UAX #9). */
const ACTIVE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside made safe to print: what would steer the terminal is shown instead of sent. Newlines and tabs stay. */
export function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(ACTIVE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return `^${String.fromCodePoint(code + 0x40)}`;
    if (code === 0x7f) return '^?';
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** The first line, cleaned and cut to `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = clean(text.trim().split('\n')[0] ?? '').replaceAll('\t', ' ');
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 3))}...`;
}
