/** Of a tag, by name. */
export type Attributes = ReadonlyMap<string, string>;

/** The attributes from there on, and where they end. Values may hold `>`. */
export function tagAt(text: string, start: number): { attributes: Attributes; end: number } {
  const attribute = /\s*([\w:.-]+)="([^"]*)"/y;
  attribute.lastIndex = start;
  const attributes = new Map<string, string>();
  let end = start;
  for (let found = attribute.exec(text); found; found = attribute.exec(text)) {
    attributes.set(found[1] ?? '', unescaped(found[2] ?? ''));
    end = attribute.lastIndex;
  }
  return { attributes, end: end + (/^\s*/.exec(text.slice(end, end + 50))?.[0].length ?? 0) };
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text without references and marks of CDATA: https://www.w3.org/TR/xml/ sections 2.7 and 4.6. */
export function unescaped(text: string): string {
  return text
    .replaceAll(/<!\[CDATA\[|\]\]>/g, '')
    .replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|lt|gt|amp|quot|apos);/gi, (all, entity: string) => {
      if (!entity.startsWith('#')) return NAMED[entity.toLowerCase()] ?? all;
      const code = Number(entity.replace(/^#(x?)/i, (_, hex: string) => (hex ? '0x' : '')));
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
    });
}
