import type { WorkerExecutor } from '../../adapters/executor/types.ts';
import type { Removal } from '../../process/remove-folder.ts';
import type { Db } from '../../store/schema.ts';
import type { WorkSaver } from '../work-saver.ts';

export interface ReaperOptions {
  readonly db: Db;
  readonly nodeId: string;
  readonly executor: Pick<WorkerExecutor, 'isThere' | 'endStray'>;
  readonly saver: WorkSaver;
  readonly workspacesDir: string;
  /** Where temporary folders are made; absent: the system's. */
  readonly temporaryDir?: string;
  /** Runs this node has a worker for. */
  readonly active: () => Iterable<string>;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  readonly removal?: Removal;
  readonly onTold: (message: string) => void;
}
