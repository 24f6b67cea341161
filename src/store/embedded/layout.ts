import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { prepareSocketFolder } from './socket-folder.ts';

/** Where the parts of the embedded database lie. All folders are private to their owner. */
export interface Layout {
  /** `<data folder>/postgres`. */
  readonly root: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly libraryLinks: string;
  readonly socketDir: string;
}

/** Part of the socket's file name; nothing listens on a TCP port. */
export const SOCKET_PORT = 5432;

/** Makes the folders. The same data folder gives the same layout by whatever path it is named. */
export async function prepareLayout(dataDir: string): Promise<Layout> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const root = path.join(await realpath(dataDir), 'postgres');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const cluster = path.join(root, 'cluster');
  return {
    root,
    cluster,
    // Inside the cluster, so that two processes that create it at once cannot mix one's password with the other's cluster.
    passwordFile: path.join(cluster, 'runyard-password'),
    logFile: path.join(root, 'postgres.log'),
    libraryLinks: path.join(root, 'libraries'),
    socketDir: await prepareSocketFolder(path.join(root, 'socket'), `.s.PGSQL.${SOCKET_PORT}`),
  };
}
