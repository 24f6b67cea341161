export type ErrorKind = 'retryable' | 'permanent' | 'needs-human';

/** The words and the kind of one error, made from its fields. Written for a person who sees Runyard for the first time. */
export interface ErrorText {
  readonly kind: ErrorKind;
  /** What happened, one sentence. */
  readonly what: string;
  /** Why it happened, as far as is known. */
  readonly why: string;
  /** What the reader can do next, a command where there is one. */
  readonly next: string;
}

/** Fields are plain data: they are stored, shown and sent as JSON. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export type ErrorDefinition = (fields: never) => ErrorText;

/** Declares one area of the catalogue. Keys are stable codes `area.name`; renaming one is a breaking change. */
export function defineErrors<const T extends Record<string, ErrorDefinition>>(definitions: T): T {
  return definitions;
}
