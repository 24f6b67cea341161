import { createLocalExecutor, type LocalExecutorOptions } from './local/local-executor.ts';
import type { WorkerExecutor } from './types.ts';

/** The only file that knows the executors by name. */
export function createExecutor(name: 'local', options: LocalExecutorOptions): WorkerExecutor {
  const executors = { local: createLocalExecutor };
  return executors[name](options);
}
