import { readFile, stat } from 'node:fs/promises';

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

const BYTES_LOOKED_AT = 8_192;

/** Reads a file that must be text of at most `maxBytes`. What it refuses it explains. */
export async function readTextFile(path: string, shownAs: string, maxBytes: number): Promise<TextFile> {
  const info = await stat(path);
  if (info.isDirectory()) return { ok: false, why: `${shownAs} is a folder; use list_files.` };
  if (!info.isFile()) return { ok: false, why: `${shownAs} is not an ordinary file.` };
  if (info.size > maxBytes) {
    const why = `${shownAs} is ${info.size} bytes; files over ${maxBytes} bytes are not read. Use search, or run_command with sed -n.`;
    return { ok: false, why };
  }
  const bytes = await readFile(path);
  if (isBinary(bytes))
    return { ok: false, why: `${shownAs} is a binary file (${info.size} bytes); only text can be read.` };
  return { ok: true, text: bytes.toString('utf8') };
}

/** As git decides it: a zero byte near the start. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, BYTES_LOOKED_AT).includes(0);
}
