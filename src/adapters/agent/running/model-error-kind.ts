import type { ErrorKind } from '../../../domain/errors/definition.ts';

const TRANSIENT = new Set([408, 409, 429, 529]);
const NEEDS_A_PERSON = new Set([401, 402, 403]);

/** Whether asking the model again can help, by the HTTP status it answered with; null means that no answer came at all. */
export function modelErrorKind(status: number | null): ErrorKind {
  if (status === null || status >= 500 || TRANSIENT.has(status)) return 'retryable';
  return NEEDS_A_PERSON.has(status) ? 'needs-human' : 'permanent';
}
