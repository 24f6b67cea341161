import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    'G2, S4: takes its agent with it, also one in a session of its own (sandbox %s)',
    async (mode) => {
      server = await startServer(path.join(folder, 'data'), { RUNYARD_SANDBOX_MODE: mode });
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
      for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
      const { run } = await server.settled(id);
      expect(run.error?.code).toBe('run.recovery-limit');
      await expect.poll(() => processesMentioning(marker), { timeout: 10_000 }).toEqual([]);
      await expect.poll(() => processesMentioning(agent), { timeout: 10_000 }).toEqual([]);
    },
  );
});
