import { open } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { longestTicketBodyBytes, type Ticket } from '../domain/run.ts';
import type { CliContext } from './context.ts';

export interface TicketOptions {
  readonly title?: string | undefined;
  /** A file, or `-` for standard input. */
  readonly ticketFile?: string | undefined;
  readonly ticketKey?: string | undefined;
}

const LONGEST_TITLE = 500;

/** The ticket as given on the command line. Without --title, the first line of the file that is not empty is the title. */
export async function readTicket(context: CliContext, options: TicketOptions): Promise<Ticket> {
  const file = options.ticketFile;
  const body = file === undefined ? '' : await readBody(context, file);
  const title = options.title?.trim() || titleOf(body);
  if (title === '') throw runyardError('cli.title-missing', { file: file ?? 'The command line' });
  if (title.length > LONGEST_TITLE)
    throw runyardError('cli.title-too-long', { length: title.length, limit: LONGEST_TITLE });
  return { key: options.ticketKey ?? null, title, body };
}

async function readBody(context: CliContext, file: string): Promise<string> {
  const shown = file === '-' ? 'standard input' : file;
  const { bytes, size } = await readBounded(context, file).catch((error: unknown) => {
    throw runyardError('cli.ticket-unreadable', { file: shown, detail: messageOf(error) }, error);
  });
  if (size > longestTicketBodyBytes) {
    throw runyardError('cli.ticket-too-large', { file: shown, bytes: size, limit: longestTicketBodyBytes });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw runyardError('cli.ticket-not-text', { file: shown }, error);
  }
}

/** Reads at most one byte more than a ticket may have, and says how large the whole is as far as that is known. */
async function readBounded(context: CliContext, file: string): Promise<{ bytes: Uint8Array; size: number }> {
  if (file === '-') {
    const bytes = await context.readStdin();
    return { bytes, size: bytes.length };
  }
  const handle = await open(path.resolve(context.cwd, file), 'r');
  try {
    const { size } = await handle.stat();
    const chunks: Uint8Array[] = [];
    for await (const chunk of handle.createReadStream({ end: longestTicketBodyBytes, autoClose: false })) {
      chunks.push(chunk as Uint8Array);
    }
    const bytes = Buffer.concat(chunks);
    return { bytes, size: Math.max(size, bytes.length) };
  } finally {
    await handle.close();
  }
}

function titleOf(body: string): string {
  const line = body.split('\n').find((text) => text.trim() !== '') ?? '';
  return line
    .replace(/^#+\s*/, '')
    .trim()
    .slice(0, LONGEST_TITLE);
}
