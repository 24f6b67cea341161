import type { Config } from '../config/schema.ts';
import { startEmbeddedDatabase } from '../store/embedded/embedded-database.ts';
import { openStore, type Store } from '../store/store.ts';

export interface OpenDatabase {
  readonly store: Store;
  /** null when an external server is used. */
  readonly embedded: { stop(): Promise<void> } | null;
}

/** The configured PostgreSQL, or the embedded one in the data folder; migrated either way. */
export async function openDatabase(config: Config, onLog: (line: string) => void): Promise<OpenDatabase> {
  if (config.database.url) {
    return { store: await openStore({ connectionString: config.database.url }), embedded: null };
  }
  const embedded = await startEmbeddedDatabase({ dataDir: config.dataDir, onLog });
  try {
    return { store: await openStore(embedded.connection), embedded };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
