import type { RetainedKind, RetentionLimits } from '../../domain/retention.ts';
import type { Removal } from '../../process/remove-folder.ts';
import type { Db } from '../../store/schema.ts';

export interface RetentionFolders {
  readonly artifacts: string;
  readonly workspaces: string;
  readonly mirrors: string;
  /** Of whatever is shared by runs and can be made again; each entry is one thing. */
  readonly layers: readonly string[];
  /** Prepared checkouts, by repository: `<repository>/<commit>`. */
  readonly checkouts: string;
  readonly logs: string;
}

export interface RetentionOptions {
  readonly db: Db;
  readonly nodeId: string;
  readonly folders: RetentionFolders;
  readonly limits: Readonly<Record<RetainedKind, RetentionLimits>>;
  readonly keepMs: number;
  readonly now: () => Date;
  readonly removal?: Removal;
  readonly onTold: (message: string) => void;
}

/** Where a thing is: `path` on disk, and for evidence the run, whose saved work is in mirrors too. */
export interface Place {
  readonly path: string;
  readonly runId: string | null;
}
