/**
 * A value as JSON text that PostgreSQL accepts in a jsonb column. NUL and lone surrogates are legal in JSON and in the output of any
 * program, but jsonb refuses them: they become U+FFFD.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSTORABLE_ESCAPE, '$1\\ufffd');
}

/** The same for a text column. */
export function toText(value: string): string {
  return value.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** An escape of NUL or of half a surrogate pair (JSON.stringify escapes only lone ones); `$1` is any run of escaped backslashes. */
const UNSTORABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi;
