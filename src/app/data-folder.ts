import { randomBytes } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { prepareDataFolder } from '../config/data-folder.ts';
import { newId } from '../lib/ids.ts';
import { readOrCreateSecret as readOrCreate } from '../process/secret-file.ts';
import { prepareSocketFolder } from '../store/embedded/socket-folder.ts';
import { loadSigningKey } from '../verify/receipt/key-file.ts';

/** Where everything of one installation lies. The root is 0700; nothing below it is ever visible in a sandbox unless bound in. */
export interface DataFolder {
  readonly root: string;
  readonly mirrors: string;
  readonly workspaces: string;
  readonly dependencies: string;
  readonly baselines: string;
  /** Prepared checkouts that work trees are mounted over. */
  readonly layers: string;
  readonly artifacts: string;
  readonly sockets: string;
  readonly logs: string;
  readonly serverFile: string;
  readonly apiToken: string;
  readonly signingKey: string;
  readonly nodeId: string;
}

/** Makes the folders and the secrets that are missing, and refuses a folder that others may enter. Two processes at once end with the same secrets. */
export async function openDataFolder(root: string): Promise<DataFolder> {
  const sub = (name: string) => path.join(root, name);
  const names = ['mirrors', 'workspaces', 'dependencies', 'baselines', 'artifacts', 'logs'] as const;
  await prepareDataFolder(root);
  await Promise.all(names.map((name) => mkdir(sub(name), { recursive: true, mode: 0o700 })));
  const sockets = await prepareSocketFolder(path.join(await realpath(root), 'sockets'), 'gateway.sock');
  const [apiToken, signingKey, nodeId] = await Promise.all([
    readOrCreate(sub('api-token'), () => `rya_${randomBytes(24).toString('base64url')}`),
    readOrCreate(sub('signing.key'), () => randomBytes(32).toString('base64url')),
    readOrCreate(sub('node-id'), () => `node-${newId()}`),
    // Made now, so that whoever waits for receipts can be given the public half before there is one.
    loadSigningKey(root),
  ]);
  return {
    root,
    mirrors: sub('mirrors'),
    workspaces: sub('workspaces'),
    dependencies: sub('dependencies'),
    baselines: sub('baselines'),
    layers: path.join(sub('layers'), 'checkouts'),
    artifacts: sub('artifacts'),
    sockets,
    logs: sub('logs'),
    serverFile: sub('server.json'),
    apiToken,
    signingKey,
    nodeId,
  };
}
