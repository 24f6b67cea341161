import type { Check } from '../../domain/verdict.ts';

/** A check and why it is one. */
export interface Found {
  readonly check: Check;
  /** Sentences for a person: what was seen in the repository that led to it. */
  readonly reasons: readonly string[];
}

/** Something that looks like a check and is not run. */
export interface LeftOut {
  /** A script, a tool or a file. */
  readonly what: string;
  readonly source: string;
  readonly why: string;
}

/** What one detector says about one folder. */
export interface Detection {
  readonly found: readonly Found[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

export const nothingFound: Detection = { found: [], leftOut: [], warnings: [] };

export function foundOne(check: Check, ...reasons: readonly string[]): Detection {
  return { ...nothingFound, found: [{ check, reasons }] };
}

export function leftOutOne(what: string, source: string, why: string): Detection {
  return { ...nothingFound, leftOut: [{ what, source, why }] };
}

export function together(detections: readonly Detection[]): Detection {
  return {
    found: detections.flatMap(({ found }) => found),
    leftOut: detections.flatMap(({ leftOut }) => leftOut),
    warnings: detections.flatMap(({ warnings }) => warnings),
  };
}
