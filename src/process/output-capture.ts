import type { Redact } from '../lib/redact.ts';
import type { KeptPart } from './types.ts';

export interface OutputCapture {
  push(chunk: Buffer): void;
  /** Of the whole stream, kept or not. */
  bytes(): number;
  /** The kept part: redacted, and (utf8) valid. */
  text(): string;
}

export interface OutputCaptureOptions {
  readonly maxBytes: number;
  readonly keep?: KeptPart | undefined;
  readonly encoding?: 'utf8' | 'latin1' | undefined;
  readonly redact?: Redact | undefined;
}

/** Kept beside the limit, so that a secret across the cut is seen whole by the redaction, and then thrown away. */
const MARGIN_BYTES = 16 * 1024;

/** Keeps the end (or the start) of a stream in bounded memory and counts the rest. */
export function createOutputCapture(options: OutputCaptureOptions): OutputCapture {
  const limit = options.maxBytes + MARGIN_BYTES;
  const keepsEnd = options.keep !== 'start';
  let chunks: Buffer[] = [];
  let held = 0;
  let total = 0;

  function pushToStart(chunk: Buffer): void {
    const room = limit - held;
    if (room <= 0) return;
    const kept = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk;
    chunks.push(kept);
    held += kept.length;
  }

  function pushToEnd(chunk: Buffer): void {
    chunks.push(chunk);
    held += chunk.length;
    // Compacting only at twice the limit makes the cost per byte constant, also for streams of tiny writes.
    if (held >= 2 * limit || chunks.length > 4096) {
      const joined = Buffer.concat(chunks);
      chunks = [Buffer.from(joined.subarray(Math.max(0, joined.length - limit)))];
      held = chunks[0]?.length ?? 0;
    }
  }

  return {
    push(chunk) {
      total += chunk.length;
      if (keepsEnd) pushToEnd(chunk);
      else pushToStart(chunk);
    },
    bytes: () => total,
    text() {
      const joined = Buffer.concat(chunks);
      return keepsEnd ? endOf(joined, total, options) : startOf(joined, options);
    },
  };
}

function endOf(held: Buffer, total: number, options: OutputCaptureOptions): string {
  const { maxBytes, encoding = 'utf8', redact } = options;
  if (redact === undefined) {
    const tail = held.subarray(Math.max(0, held.length - maxBytes));
    return encoding === 'latin1' ? tail.toString('latin1') : decodeFromCut(tail, total > tail.length);
  }
  const isComplete = held.length === total;
  const redacted = redact(isComplete ? held.toString(encoding) : withoutFirstWord(held.toString(encoding)));
  const bytes = Buffer.from(redacted, encoding);
  if (bytes.length <= maxBytes) return redacted;
  return decodeFromCut(bytes.subarray(bytes.length - maxBytes), true, encoding);
}

function startOf(held: Buffer, { maxBytes, encoding = 'utf8', redact }: OutputCaptureOptions): string {
  const bytes = redact === undefined ? held : Buffer.from(redact(held.toString(encoding)), encoding);
  let end = Math.min(bytes.length, maxBytes);
  if (encoding === 'utf8') while (end > 0 && end < bytes.length && isContinuation(bytes[end])) end -= 1;
  return bytes.toString(encoding, 0, end);
}

/** What was cut at its front may begin with the rest of a secret that can no longer be recognised. */
function withoutFirstWord(text: string): string {
  const space = text.slice(0, MARGIN_BYTES).search(/\s/);
  return space < 0 ? text.slice(MARGIN_BYTES) : text.slice(space);
}

function decodeFromCut(bytes: Buffer, isCut: boolean, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  let start = 0;
  if (isCut && encoding === 'utf8') while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.toString(encoding, start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
