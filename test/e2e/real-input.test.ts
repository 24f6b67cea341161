import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSpec } from '../../src/domain/run.ts';
import { agentOf, makeRepository, realPackages, ticketOf } from '../fixtures/real-packages.ts';
import { isFull } from '../stress/support/length.ts';
import { projectRoot } from './support/cli.ts';
import { openRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  server = await startServer(path.join(folder, 'data'));
});

afterAll(async () => {
  await server?.kill('SIGTERM');
  await removeFolder?.();
});

async function settle(spec: RunSpec, timeoutMs?: number) {
  return server.settled(await server.create(spec), timeoutMs);
}

describe.each(realPackages)('the published package $name', (realPackage) => {
  let source: TestRepository;

  beforeAll(async () => {
    const target = path.join(folder, 'packages', realPackage.name.replace('/', '-'));
    await mkdir(target, { recursive: true });
    await makeRepository(realPackage, target);
    source = openRepository(target);
  });

  async function specFor(change: 'right' | 'wrong'): Promise<RunSpec> {
    const ticket = { key: null, ...(await ticketOf(realPackage)) };
    const agent = `command:${agentOf(realPackage, change)}`;
    return testSpec({ repository: source.folder, ticket, agent, attempts: 1 });
  }

  it('V1, V2, X2: the right change is verified by its own suite and delivered', async () => {
    const { run, attempts } = await settle(await specFor('right'));
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    expect(run.delivery?.verified).toBe(true);
    const test = attempts[0]?.verdict?.results.find((result) => result.check.kind === 'test');
    expect(test?.status).toBe('passed');
    expect(source.git('rev-list', '--count', `main..${run.delivery?.branch}`)).toBe('1');
  });

  it('V2, V3: the wrong change is refused, and the failing check and test are named', async () => {
    const { run, attempts } = await settle(await specFor('wrong'));
    expect(run.state).toBe('failed');
    expect(run.error?.why).toContain('test');
    const verdict = attempts[0]?.verdict;
    const named = verdict?.introduced.map((problem) => `${problem.symbol} ${problem.message}`).join('\n');
    expect(named).toContain(realPackage.failingTest);
    expect(source.git('branch', '--list', `runyard/*${run.id.slice(0, 6)}`)).toBe('');
  });
});

describe('a clone of this repository', () => {
  let source: TestRepository;
  const minutes = 60_000;

  beforeAll(() => {
    const target = path.join(folder, 'runyard');
    execFileSync('git', ['clone', '--quiet', '--no-local', projectRoot, target]);
    source = openRepository(target);
  });

  async function specFor(name: string, script: string): Promise<RunSpec> {
    const agent = path.join(folder, name);
    await writeFile(agent, `#!/bin/sh\nset -e\n${script}`, { mode: 0o755 });
    const commands = [
      { name: 'typecheck', command: ['tsc', '--noEmit'] },
      {
        name: 'unit',
        command: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'src/lib'],
      },
    ];
    const ticket = {
      key: 'RY-1',
      title: 'Durations of more than a day are hard to read',
      body: 'Show days.',
    };
    const spec = testSpec({
      repository: source.folder,
      ticket,
      agent: `command:${agent}`,
      attempts: 1,
      checks: { commands },
    });
    const limits = { ...spec.limits, runMs: 12 * minutes, stageMs: 8 * minutes, checkMs: 6 * minutes };
    return { ...spec, limits };
  }

  it.runIf(isFull)(
    'V1, V2: a right change is delivered',
    async () => {
      const script = "printf '\\nexport const dayMs = 24 * 60 * 60 * 1000;\\n' >> src/lib/deadline.ts\n";
      const { run } = await settle(await specFor('right.sh', script), 9 * minutes);
      expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
      expect(source.git('diff', '--stat', `HEAD..${run.delivery?.branch}`)).toContain('src/lib/deadline.ts');
    },
    10 * minutes,
  );

  it(
    'V1, V3: a wrong change is refused with the failing check, file and line',
    async () => {
      const script = "printf '\\nexport const dayMs: string = 24;\\n' >> src/lib/deadline.ts\n";
      const { run, attempts } = await settle(await specFor('wrong.sh', script), 9 * minutes);
      expect(run.state).toBe('failed');
      expect(run.error?.why).toContain('typecheck');
      const [problem] = attempts[0]?.verdict?.introduced ?? [];
      expect(problem).toMatchObject({
        category: 'type_error',
        file: 'src/lib/deadline.ts',
        symbol: expect.any(String),
      });
    },
    10 * minutes,
  );
});
