import type { ErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';

type Area = Finding['area'];

export function good(check: string, what: string, why = ''): Finding {
  return { check, status: 'ok', what, why, next: null, area: 'machine' };
}

export function warning(
  check: string,
  what: string,
  { why, next, area = 'machine' }: { why: string; next: string | null; area?: Area },
): Finding {
  return { check, status: 'warn', what, why, next, area };
}

export function failure(
  check: string,
  what: string,
  { why, next, area = 'machine' }: { why: string; next: string; area?: Area },
): Finding {
  return { check, status: 'fail', what, why, next, area };
}

/** A finding in the words of an error. */
export function failureOf(
  check: string,
  { what, why, next, causes }: ErrorData,
  area: Area = 'machine',
): Finding {
  const cause = causes.find((text) => !why.includes(text));
  return { check, status: 'fail', what, why: cause ? `${why} (${cause})` : why, next, area };
}
