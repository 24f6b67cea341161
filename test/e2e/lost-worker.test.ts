import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processIdentity } from '../../src/process/process-identity.ts';
import { addTicket, calculatorFiles } from './support/calculator.ts';
import { processesMentioning } from './support/processes.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
});
afterEach(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

describe('a worker that is killed', () => {
  it.each(['bubblewrap', 'none'])(
    'G2, S4: takes its agent with it, also one in a session of its own, and its temporary folder (sandbox %s)',
    async (mode) => {
      const TMPDIR = path.join(folder, 'tmp');
      await mkdir(TMPDIR);
      server = await startServer(path.join(folder, 'data'), { RUNYARD_SANDBOX_MODE: mode, TMPDIR });
      const marker = `lost-worker-${process.pid}-${mode}`;
      const agent = path.join(folder, 'agent.sh');
      const script = `#!/bin/sh\nsetsid sh -c 'exec -a ${marker} sleep 600' &\necho started\nexec sleep 600\n`;
      await writeFile(agent, script.replace('sh -c', 'bash -c'), { mode: 0o755 });
      const spec = testSpec({
        repository: source.folder,
        ticket: addTicket,
        agent: `command:${agent}`,
        attempts: 1,
      });
      const id = await server.create({ ...spec, limits: { ...spec.limits, recoveries: 0 } });
      await server.waitForEvent(id, ({ type }) => type === 'agent.activity');
      await expect.poll(() => processesMentioning(marker).length, { timeout: 10_000 }).toBeGreaterThan(0);
      const namespace = /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0];
      const workers = server.workers();
      for (const pid of workers) {
        const name = `runyard-git-${namespace}-${pid}-${processIdentity(pid)?.startTime}-borrowed`;
        await mkdir(path.join(TMPDIR, name));
        process.kill(pid, 'SIGKILL');
      }
      const { run } = await server.settled(id);
      expect(run.error?.code).toBe('run.recovery-limit');
      // Those of idle workers may be killed a moment later, and are for whoever looks around.
      const left = (await readdir(TMPDIR)).filter((name) => name.startsWith('runyard-git'));
      expect(left.length).toBeLessThan(workers.length);
      await expect.poll(() => processesMentioning(marker), { timeout: 10_000 }).toEqual([]);
      await expect.poll(() => processesMentioning(agent), { timeout: 10_000 }).toEqual([]);
    },
  );
});
