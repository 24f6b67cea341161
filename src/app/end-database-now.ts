import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/schema.ts';

/**
 * Tells the embedded database of a data folder to end, without waiting, for a process that leaves at once. PostgreSQL's fast shutdown is
 * safe: what was committed stays. Does nothing for an external database.
 */
export function endDatabaseNow({ dataDir, database }: Config): void {
  if (database.url) return;
  try {
    const file = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    // The file outlives a server that was killed; its number may be another program's by now.
    if (pid > 1 && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres')
      process.kill(pid, 'SIGINT');
  } catch {
    // There is none, or it has ended already.
  }
}
