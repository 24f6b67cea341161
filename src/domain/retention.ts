import { z } from 'zod';

/** What retention removes. `evidence`: the artifacts and saved work of an ended run. `set-aside`: workspaces whose work could not be saved. */
export const retainedKinds = ['evidence', 'set-aside', 'mirrors', 'layers', 'logs'] as const;
export type RetainedKind = (typeof retainedKinds)[number];

export const retentionCountSchema = z.object({
  kind: z.enum(retainedKinds),
  removed: z.number().int(),
  failed: z.number().int(),
  bytes: z.number(),
});
export type RetentionCount = z.infer<typeof retentionCountSchema>;

export interface RetentionLimits {
  readonly ageMs: number;
  readonly count: number;
  readonly bytes: number;
}

/** Something on disk that may go when it is over a limit. */
export interface Retained {
  readonly kind: RetainedKind;
  readonly key: string;
  /** When it was last of use: the end of its run, the last use of a cache. */
  readonly usedAt: Date;
  readonly bytes: number;
  /** A run that has not ended needs it, or it cannot be told. */
  readonly isNeeded: boolean;
}

export interface RetentionSnapshot<T extends Retained> {
  readonly now: Date;
  readonly limits: Readonly<Record<RetainedKind, RetentionLimits>>;
  /** Nothing younger is removed, whatever the other limits say. */
  readonly keepMs: number;
  readonly things: readonly T[];
}

/** Of each kind what is too old, then the oldest that count and size have no room for; the needed and the young stay. */
export function whatToRemove<T extends Retained>({ now, limits, keepMs, things }: RetentionSnapshot<T>): T[] {
  return retainedKinds.flatMap((kind) => {
    const newestFirst = things
      .filter((thing) => thing.kind === kind)
      .sort((a, b) => b.usedAt.getTime() - a.usedAt.getTime() || a.key.localeCompare(b.key));
    const { ageMs, count, bytes } = limits[kind];
    let keptCount = 0;
    let keptBytes = 0;
    const removed: T[] = [];
    for (const thing of [...newestFirst.filter(mustStay), ...newestFirst.filter((one) => !mustStay(one))]) {
      const isOver = keptCount + 1 > count || keptBytes + thing.bytes > bytes || ageOf(thing) > ageMs;
      if (isOver && !mustStay(thing)) {
        removed.push(thing);
        continue;
      }
      keptCount += 1;
      keptBytes += thing.bytes;
    }
    return removed.reverse();
  });

  function ageOf({ usedAt }: Retained): number {
    return now.getTime() - usedAt.getTime();
  }

  function mustStay(thing: Retained): boolean {
    return thing.isNeeded || ageOf(thing) < keepMs;
  }
}
