import { z } from 'zod';
import { type ErrorCatalogue, type ErrorCode, errorCatalogue } from './catalogue.ts';
import type { ErrorFields, ErrorKind, ErrorText } from './definition.ts';
import { hostErrorOf } from './host-error.ts';

/** An error as it is stored, shown and sent. `code` may be one this version does not know (written by a newer one). */
export const errorDataSchema = z.object({
  code: z.string(),
  kind: z.enum(['retryable', 'permanent', 'needs-human']),
  what: z.string(),
  why: z.string(),
  next: z.string(),
  fields: z.record(z.string(), z.unknown()),
  /** Messages of the chain of causes, outermost first. */
  causes: z.array(z.string()),
});
export type ErrorData = z.infer<typeof errorDataSchema>;

interface RunyardErrorParts {
  readonly code: string;
  readonly text: ErrorText;
  readonly fields: ErrorFields;
  readonly cause?: unknown;
}

/** The only error class callers meet. Branch on `code` or `kind`, never on the message. */
export class RunyardError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly text: ErrorText;
  readonly fields: ErrorFields;

  constructor({ code, text, fields, cause }: RunyardErrorParts) {
    super(`${text.what} ${text.why}`, cause === undefined ? undefined : { cause });
    this.name = 'RunyardError';
    this.code = code;
    this.kind = text.kind;
    this.text = text;
    this.fields = fields;
  }
}

export function runyardError<C extends ErrorCode>(
  code: C,
  fields: Parameters<ErrorCatalogue[C]>[0],
  cause?: unknown,
): RunyardError {
  const define = errorCatalogue[code] as (fields: ErrorFields) => ErrorText;
  return new RunyardError({ code, text: define(fields), fields, cause });
}

/** Any thrown value as data; what is neither a RunyardError nor a refusal of the host becomes `run.unexpected` with its message. */
export function toErrorData(error: unknown): ErrorData {
  const known = error instanceof RunyardError ? error : ofOther(error);
  return {
    code: known.code,
    kind: known.kind,
    what: known.text.what,
    why: known.text.why,
    next: known.text.next,
    fields: { ...known.fields },
    causes: causesOf(known.cause),
  };
}

/** The way back, for an error that came over HTTP or from the database. */
export function fromErrorData(data: ErrorData): RunyardError {
  const { code, kind, what, why, next } = data;
  const cause = data.causes.length > 0 ? new Error(data.causes.join(': ')) : undefined;
  return new RunyardError({
    code,
    text: { kind, what, why, next },
    fields: data.fields as ErrorFields,
    cause,
  });
}

function ofOther(error: unknown): RunyardError {
  const host = hostErrorOf(error);
  if (host === null) return runyardError('run.unexpected', { detail: messageOf(error) }, error);
  return runyardError(host.code, host.fields, error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const LONGEST_CAUSE_CHAIN = 8;

function causesOf(cause: unknown): string[] {
  const messages: string[] = [];
  let current = cause;
  while (current !== undefined && current !== null && messages.length < LONGEST_CAUSE_CHAIN) {
    messages.push(messageOf(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages;
}
