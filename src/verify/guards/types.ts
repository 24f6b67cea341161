import type { GuardName } from '../../domain/guard.ts';
import type { GuardWeight } from '../../domain/guard-policy.ts';

/** One file in which the two commits differ. */
export interface ChangedItem {
  /** Its path in the change; of a deleted file, the one it had. */
  readonly path: string;
  /** Its path on the base commit; null: it is new. */
  readonly oldPath: string | null;
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly form: 'file' | 'link' | 'submodule';
  readonly isExecutable: boolean;
  /** In the change; 0 of a deleted file. */
  readonly sizeBytes: number;
  readonly oldSizeBytes: number;
  readonly isBinary: boolean;
  /** The first bytes in the change, as hexadecimal digits; empty where it was not read. */
  readonly signature: string;
  /** null: it is not there, is binary, or was too large to be read. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Whether a changed test imports what else changed: directly or over one file, over more, or not at all. */
export interface TestReach {
  readonly test: string;
  readonly reaches: 'near' | 'far' | 'nothing';
}

/** A change as guards see it: no repository, no clock, no network. */
export interface Change {
  readonly items: readonly ChangedItem[];
  /** What the plan says will be touched; null: there is no plan, or it names no files. */
  readonly scope: readonly string[] | null;
  /** Only the tests of which it is known. */
  readonly reach?: readonly TestReach[];
}

/** What a guard found, before the policy says what follows from it. */
export interface Suspicion {
  readonly guard: GuardName;
  readonly weight: GuardWeight;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly evidence: string;
  readonly hint: string;
  /** What makes it the same finding in another attempt, besides guard and file; absent: the message. */
  readonly identity?: string;
}

/** Looks at a change and says what it suspects. Never throws for what a file holds. */
export type Guard = (change: Change) => readonly Suspicion[];
