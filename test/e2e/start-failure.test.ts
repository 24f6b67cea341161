import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeCluster } from '../support/prepared-cluster.ts';
import { runCli } from './support/cli.ts';
import { processesMentioning } from './support/processes.ts';
import { temporaryFolder } from './support/repository.ts';
import { startServer } from './support/server.ts';

let folder: string;
let dataDir: string;
let removeFolder: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  dataDir = path.join(folder, 'data');
  await placeCluster(dataDir);
});
afterEach(() => removeFolder());

describe('a server that cannot start', () => {
  // By then the database runs, the API listens, and workers are warm.
  const env = () => ({ TMPDIR: path.join(folder, 'nowhere') });

  it('says why, ends by itself with all that it had started, and starts once that is mended', async () => {
    const refused = await runCli(['serve', '--data-dir', dataDir], { env: env() });
    const text = refused.stdout + refused.stderr;
    expect(refused, text).toMatchObject({ code: 1, signal: null });
    expect(text).toContain('host.no-temporary-folder');
    expect(text).not.toContain('still holds its process');
    expect(processesMentioning(dataDir)).toEqual([]);
    const server = await startServer(dataDir);
    await server.kill('SIGTERM');
  });
});
