import type pg from 'pg';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { ensureCluster } from './create-cluster.ts';
import { type Layout, prepareLayout } from './layout.ts';
import { askServer, connectionOf } from './server-connection.ts';
import { startServer } from './start-server.ts';
import { isUsedByOthers, stopServer } from './stop-server.ts';
import { prepareTools } from './tools.ts';

export interface EmbeddedDatabase {
  readonly connection: pg.PoolConfig;
  /** False when the server was running already, or another process was quicker. */
  readonly startedHere: boolean;
  /**
   * Ends the server and resolves when its process is gone. A server that was not started here and that somebody else is connected to
   * is left alone. Close your own connections first.
   */
  stop(): Promise<void>;
}

export interface EmbeddedDatabaseOptions {
  /** Runyard's data folder; everything of the database lies in `postgres/` in it. */
  readonly dataDir: string;
  readonly onLog?: (line: string) => void;
}

/**
 * The PostgreSQL server of a data folder: attaches to the one that runs, or makes and starts it. Any number of processes may call this
 * at once. The server outlives a crash of its caller; the next call attaches to it again.
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { dataDir, onLog = () => undefined } = options;
  const layout = await prepareLayout(dataDir);
  const attached = await attach(layout);
  if (attached) {
    onLog('embedded database: attached to the running server');
    return databaseOf(layout, attached, false);
  }
  const tools = await prepareTools(layout);
  await ensureCluster(layout, tools);
  const connection = await connectionOf(layout);
  if (!connection)
    throw runyardError('store.embedded-init-failed', {
      folder: layout.cluster,
      output: 'The password file is missing.',
    });
  const startedHere = await startServer(layout, connection, tools);
  onLog(`embedded database: ${startedHere ? 'started' : 'attached to the server another process started'}`);
  return databaseOf(layout, connection, startedHere);
}

async function attach(layout: Layout): Promise<pg.PoolConfig | null> {
  const connection = await connectionOf(layout);
  if (!connection) return null;
  return (await askServer(layout, connection)).kind === 'ready' ? connection : null;
}

function databaseOf(layout: Layout, connection: pg.PoolConfig, startedHere: boolean): EmbeddedDatabase {
  return {
    connection,
    startedHere,
    async stop() {
      if (!startedHere && (await isUsedByOthers(connection))) return;
      await stopServer(layout, connection, await prepareTools(layout));
    },
  };
}
