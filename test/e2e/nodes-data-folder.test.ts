import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from './support/cli.ts';
import { temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  server = await startServer(path.join(folder, 'data'));
});

afterEach(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

describe('a second server on a data folder', () => {
  it('S8: says which process on which host holds it since when, and exits 2', async () => {
    const second = await runCli(['serve', '--data-dir', path.join(folder, 'data')]);
    const text = second.stdout + second.stderr;
    expect(second.code, text).toBe(2);
    expect(text).toContain('api.data-folder-in-use');
    expect(text).toMatch(new RegExp(`process ${server.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\dT`));
    expect((await server.get('/api/v1/health')) as object).toMatchObject({ status: 'ok', pid: server.pid });
  });

  it('S8: takes over at once what a killed one held', async () => {
    const killed = server.pid;
    await server.kill('SIGKILL');
    server = await startServer(path.join(folder, 'data'));
    expect(server.pid).not.toBe(killed);
    expect(await server.get('/api/v1/health')).toMatchObject({
      status: 'ok',
      nodes: [{ pid: server.pid, host: hostname() }],
    });
  });
});
