import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export interface IdleNode {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 120_000;

/** A node in a process of its own that answers and moves no runs. */
export async function startIdleNode(dataDir: string): Promise<IdleNode> {
  const child = fork(path.join(import.meta.dirname, 'idle-node.ts'), [dataDir]);
  const exited = once(child, 'exit');
  const said = once(child, 'message', { signal: AbortSignal.timeout(START_LIMIT_MS) });
  const failed = exited.then(() => Promise.reject(new Error('the node ended before it answered')));
  failed.catch(() => undefined);
  const [{ url, token }] = (await Promise.race([said, failed])) as [{ url: string; token: string }];
  return {
    url,
    token,
    pid: child.pid ?? 0,
    async stop() {
      child.send('enough');
      await exited;
    },
  };
}
