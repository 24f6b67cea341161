import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, startGitServer } from '../fixtures/git-http-server.ts';
import { agentSpec, nodeEnvironment } from './support/nodes.ts';
import { type ExternalDatabase, startSomePostgres } from './support/postgres.ts';
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

/** The first push waits for the file `go`, for a minute at most; later ones pass. */
const holdFirstPush = `#!/bin/sh
mkdir held 2>/dev/null || exit 0
for i in $(seq 600); do [ -e go ] && exit 0; sleep 0.1; done
exit 1
`;

/** Never the same commit twice. */
const newEachTime = '#!/bin/sh\ndate +%s%N > note.txt\nsleep 2\n';

let folder: string;
let removeFolder: () => Promise<void>;
let remote: TestRepository;
let gitServer: GitServer;
let database: ExternalDatabase;
let servers: TestServer[];

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  const source = await createRepository(path.join(folder, 'source'), { 'README.md': 'A repository.\n' });
  source.git('clone', '-q', '--bare', source.folder, path.join(folder, 'remote.git'));
  remote = openRepository(path.join(folder, 'remote.git'));
  await writeFile(path.join(remote.folder, 'hooks/pre-receive'), holdFirstPush, { mode: 0o755 });
  await writeFile(path.join(folder, 'agent.sh'), newEachTime, { mode: 0o755 });
  gitServer = await startGitServer(folder);
  database = await startSomePostgres();
  servers = [];
});

afterEach(async () => {
  await writeFile(path.join(remote.folder, 'go'), '');
  for (const { pid } of servers) process.kill(pid, 'SIGCONT');
  await Promise.all(servers.map((server) => server.kill('SIGTERM')));
  await database.close();
  await gitServer.close();
  await removeFolder();
});

async function node(name: string): Promise<TestServer> {
  const server = await startServer(path.join(folder, name), nodeEnvironment(database.url));
  servers.push(server);
  return server;
}

const branches = () =>
  remote.git('for-each-ref', '--format=%(objectname)', 'refs/heads/runyard').split('\n').filter(Boolean);

describe('a push that arrives after its node was frozen and another one owns the run', () => {
  it('X3: is the run’s delivery, the only one, and the next owner says so', async () => {
    const first = await node('first');
    const id = await first.create(
      agentSpec(`${gitServer.url}/remote.git`, path.join(folder, 'agent.sh'), 'LATE-1'),
    );
    await expect.poll(() => existsSync(path.join(remote.folder, 'held')), { timeout: 60_000 }).toBe(true);
    const second = await node('second');
    process.kill(first.pid, 'SIGSTOP');
    const epoch = async () => (await second.show(id)).run.epoch;
    await expect.poll(epoch, { timeout: 40_000 }).toBe(2);
    await writeFile(path.join(remote.folder, 'go'), '');
    await expect.poll(branches, { timeout: 20_000 }).toHaveLength(1);
    const [landed] = branches();
    const { run } = await second.settled(id);
    process.kill(first.pid, 'SIGCONT');
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    expect([run.delivery?.commit, run.epoch]).toEqual([landed, 2]);
    const { events } = await second.events(id, 0);
    expect(events.filter(({ type }) => type === 'run.delivered')).toHaveLength(1);
    expect(events.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ code: 'delivery.earlier-stands' }),
    );
    await expect.poll(async () => (await first.show(id)).run.state, { timeout: 20_000 }).toBe('succeeded');
    expect(branches()).toEqual([landed]);
  });
});
