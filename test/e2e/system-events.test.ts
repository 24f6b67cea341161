import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from './support/cli.ts';
import { temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer | undefined;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
});
afterAll(async () => {
  await server?.kill('SIGTERM');
  await removeFolder?.();
});

it('runyard events tells what happened to the system, for people and for programs', async () => {
  const dataDir = path.join(folder, 'data');
  const words = ['--data-dir', dataDir];
  server = await startServer(dataDir, {}, []);
  const people = await runCli(['events', ...words]);
  expect(people.code).toBe(0);
  expect(people.stdout).toMatch(/node\.started .*node:node-\w+\n {2}Node node-\w+ started/);
  const { stdout } = await runCli(['events', '--json', '--type', 'node.started', '--limit', '1', ...words]);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'node.started', data: { host: expect.any(String) } });
  expect((await runCli(['events', '--type', 'node.lost', ...words])).stdout).toBe('Nothing happened yet.\n');
  expect((await runCli(['events', '--limit', '0', ...words])).code).toBe(2);
});
