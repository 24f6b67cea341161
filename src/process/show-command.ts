import type { Redact } from '../lib/redact.ts';

const LONGEST_SHOWN = 500;

/** The argv as a person would type it, redacted and bounded. For messages only: nothing is ever run from it. */
export function showCommand(argv: readonly string[], redact?: Redact): string {
  const text = argv.map(quote).join(' ');
  const shown = redact === undefined ? text : redact(text);
  return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown;
}

function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
