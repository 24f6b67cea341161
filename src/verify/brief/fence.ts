/** Tags of the prompts: text from outside must not be able to close one. */
const TAGS = /<(?=\/?\s{0,10}(?:repository|ticket|title|plan|earlier-attempts|lessons|findings)\b)/gi;
/** Control characters but tab and line feed, and marks that reorder or hide text (UAX #9, zero width). */
const ACTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text of a tool, an agent or a file, as what it is: data. Never longer than asked; the fence cannot be closed from within. */
export function fenced(
  text: string,
  { most, keep = 'start' }: { most: number; keep?: 'start' | 'end' },
): string {
  // Cut before it is cleaned: ten megabytes are not looked at for the sake of two kilobytes.
  const part = plain(keep === 'end' ? text.slice(-2 * most) : text.slice(0, 2 * most))
    .replace(/^\n+/, '')
    .trimEnd();
  const short = part.length <= most && text.length <= 2 * most;
  const shown = short ? part : keep === 'end' ? `…\n${part.slice(-most)}` : `${part.slice(0, most)}\n…`;
  return `~~~\n${shown.replaceAll('~~~', '~ ~ ~')}\n~~~`;
}

/** Untrusted words inside a sentence of ours: one line, bounded. */
export function oneLine(text: string, most: number): string {
  const line = plain(text.slice(0, 4 * most))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ACTIVE, '').replace(TAGS, '‹');
}

/** Keeps a text within a number of bytes of UTF-8, cut at the end of a line, with a fence left open closed. */
export function withinBytes(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  const room = mostBytes - Buffer.byteLength(CUT);
  const part = bytes
    .subarray(0, room)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  const whole = part.slice(0, Math.max(part.lastIndexOf('\n'), 0));
  const isOpen = whole.split('\n').filter((line) => line === '~~~').length % 2 === 1;
  return `${whole}${isOpen ? '\n~~~' : ''}\n… (cut)`;
}

const CUT = '\n~~~\n… (cut)';
