import type { Config } from '../config/schema.ts';
import { startEmbeddedDatabase } from '../store/embedded/embedded-database.ts';
import { openStore, type Store } from '../store/store.ts';

export interface OpenDatabase {
  readonly store: Store;
  /** Of the embedded server; does nothing for an external one. */
  stop(): Promise<void>;
}

/** The configured PostgreSQL, or the embedded one in the data folder; migrated either way. */
export async function openDatabase(config: Config, onLog: (line: string) => void): Promise<OpenDatabase> {
  const onError = (error: unknown) =>
    onLog(`database: ${error instanceof Error ? error.message : String(error)}`);
  if (config.database.url) {
    const { url: connectionString, preparedStatements } = config.database;
    const store = await openStore({ connectionString }, { onError, preparedStatements });
    return { store, stop: async () => undefined };
  }
  return openEmbedded(config.dataDir, onLog);
}

/** The embedded server is started again when it dies under us; the same store then goes on. */
async function openEmbedded(dataDir: string, onLog: (line: string) => void): Promise<OpenDatabase> {
  const start = () => startEmbeddedDatabase({ dataDir, onLog });
  const embedded = await start();
  let reviving: Promise<unknown> | null = null;
  let stopped = false;

  function onError(error: unknown): void {
    if (stopped) return;
    onLog(`database: ${error instanceof Error ? error.message : String(error)}`);
    reviving ??= start()
      .catch((failure: unknown) => onLog(`the embedded database does not start again: ${String(failure)}`))
      .finally(() => {
        reviving = null;
      });
  }

  const stop = async () => {
    stopped = true;
    await reviving;
    await embedded.stop();
  };
  try {
    return { store: await openStore(embedded.connection, { onError }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
