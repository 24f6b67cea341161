import { type ErrorData, messageOf, RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { clean } from './clean.ts';
import { type ExitCode, exitCodeOfError } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Prints what went wrong: what, why, what next. With `json` as `{"error": …}` on stdout. Returns the exit code. */
export function reportError(terminal: Terminal, error: unknown, json: boolean): ExitCode {
  const data = toErrorData(error);
  if (json) terminal.out(JSON.stringify({ error: data }));
  else terminal.err(renderError(data, terminal));
  if (!(error instanceof RunyardError) && error instanceof Error && !json)
    terminal.err(terminal.style.dim(clean(error.stack ?? '')));
  return exitCodeOfError(data.code);
}

export function renderError(data: ErrorData, { style }: Pick<Terminal, 'style'>): string {
  const lines = [
    `${style.red('error:')} ${style.bold(clean(data.what))}`,
    `  why:  ${indent(data.why)}`,
    `  next: ${indent(data.next)}`,
  ];
  const causes = data.causes.filter((cause) => !data.why.includes(cause));
  for (const cause of causes) lines.push(style.dim(`  from: ${indent(cause)}`));
  lines.push(style.dim(`  code: ${data.code}`));
  return lines.join('\n');
}

/** The message of anything thrown, on one line. */
export function shortMessage(error: unknown): string {
  return clean(messageOf(error)).split('\n')[0] ?? '';
}

function indent(text: string): string {
  return clean(text).trimEnd().split('\n').join('\n        ');
}
