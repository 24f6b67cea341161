import type { Redact } from '../lib/redact.ts';

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands on an unfinished last line. */
  end(): void;
}

export interface LineSplitterOptions {
  readonly onLine: (line: string) => void;
  readonly redact?: Redact | undefined;
  readonly maxLineBytes?: number;
}

const MAX_LINE_BYTES = 1024 * 1024;
/** Read beyond the cut, so that a secret across it is still seen whole by the redaction. */
const LOOKAHEAD_BYTES = 4096;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines. Holds at most one line of `maxLineBytes`; the rest of a longer line is dropped and the line marked.
 * Characters are decoded per line, so a character split over two writes stays whole and invalid bytes become U+FFFD.
 */
export function createLineSplitter(options: LineSplitterOptions): LineSplitter {
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  const limit = maxLineBytes + LOOKAHEAD_BYTES;
  const hand = createLineHandler(options, maxLineBytes);
  let parts: Buffer[] = [];
  let held = 0;
  let dropped = 0;

  function hold(part: Buffer): void {
    const room = Math.max(0, limit - held);
    const kept = part.length > room ? part.subarray(0, room) : part;
    // A copy: a small rest must not keep the whole chunk it came from alive.
    if (kept.length > 0) parts.push(Buffer.from(kept));
    held += kept.length;
    dropped += part.length - kept.length;
  }

  function finish(last: Buffer): void {
    if (held === 0 && last.length <= limit) hand(last, 0);
    else {
      hold(last);
      hand(Buffer.concat(parts), dropped);
    }
    parts = [];
    held = 0;
    dropped = 0;
  }

  return {
    push(chunk) {
      let start = 0;
      let newline = chunk.indexOf(NEWLINE);
      while (newline >= 0) {
        finish(chunk.subarray(start, newline));
        start = newline + 1;
        newline = chunk.indexOf(NEWLINE, start);
      }
      if (start < chunk.length) hold(chunk.subarray(start));
    },
    end() {
      if (held > 0) finish(Buffer.alloc(0));
    },
  };
}

const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY-----/;

function createLineHandler({ onLine, redact }: LineSplitterOptions, maxLineBytes: number) {
  let insideKey = false;
  return (bytes: Buffer, dropped: number): void => {
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    const text = bytes.toString('utf8', 0, end);
    if (redact === undefined) return onLine(cut(text, maxLineBytes, dropped));
    // A private key is spread over lines none of which looks like a secret by itself.
    const wasInside = insideKey;
    if (KEY_BEGINS.test(text)) insideKey = true;
    if (KEY_ENDS.test(text)) insideKey = false;
    if (wasInside) return onLine('[redacted private key]');
    onLine(cut(redact(text), maxLineBytes, dropped));
  };
}

function cut(text: string, maxLineBytes: number, dropped: number): string {
  const isShort = dropped === 0 && text.length * 3 <= maxLineBytes;
  if (isShort) return text;
  const bytes = Buffer.from(text);
  const excess = bytes.length - maxLineBytes;
  if (excess <= 0 && dropped === 0) return text;
  const kept = bytes.toString('utf8', 0, wholeCharacters(bytes, maxLineBytes));
  return `${kept}… [${Math.max(0, excess) + dropped} bytes of this line dropped]`;
}

/** The greatest length not over `length` that does not end inside a UTF-8 character. */
function wholeCharacters(bytes: Buffer, length: number): number {
  let end = Math.min(length, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}
