import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attemptsResponseSchema,
  diffResponseSchema,
  overviewResponseSchema,
  repositoryResponseSchema,
} from '../../src/api/contract.ts';
import { addTicket, calculatorFiles, rightSource, wrongSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer;
let id: string;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  server = await startServer(path.join(folder, 'data'));
  const agent = path.join(folder, 'agent.sh');
  const write = (text: string) => `printf '%s' '${text}' > src/add.js`;
  const script = `if [ "$RUNYARD_ATTEMPT" = 1 ]; then ${write(wrongSource)}; else ${write(rightSource)}; fi`;
  await writeFile(agent, `#!/bin/sh\necho "attempt $RUNYARD_ATTEMPT"\n${script}\n`, { mode: 0o755 });
  id = await server.create(
    testSpec({ repository: source.folder, ticket: addTicket, agent: `command:${agent}`, attempts: 2 }),
  );
  await server.settled(id);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

describe('a run that healed itself', () => {
  it('V3, X11: shows the check that its first attempt made worse, and the second attempt that mended it', async () => {
    expect((await server.show(id)).run.state).toBe('succeeded');
    const { attempts } = attemptsResponseSchema.parse(await server.get(`/api/v1/runs/${id}/attempts`));
    expect(attempts.map(({ number, outcome, hasDiff }) => [number, outcome, hasDiff])).toEqual([
      [1, 'checks-failed', true],
      [2, 'passed', true],
    ]);
    const broken = attempts[0]?.checks.find(({ name }) => name === 'test');
    expect(broken).toMatchObject({ name: 'test', judgement: 'new-failure', baseStatus: 'passed' });
    expect(broken?.diagnostics.some(({ isNew }) => isNew)).toBe(true);
    expect(attempts[0]?.why).toContain('test: ');
    expect(attempts[1]?.why).toBeNull();
    expect(new Set(attempts[1]?.checks.map(({ judgement }) => judgement))).toEqual(new Set(['passed']));
  });

  it('V4: shows what each attempt changed, and what was delivered', async () => {
    const diff = async (query: string) =>
      diffResponseSchema.parse(await server.get(`/api/v1/runs/${id}/diff${query}`)).diff;
    expect(await diff('?attempt=1')).toContain('+  return b - a;');
    expect(await diff('?attempt=2')).toContain('+  return a + b;');
    expect(await diff('')).toBe(await diff('?attempt=2'));
  });

  it('O4: counts as healed, and its checks are known of its repository', async () => {
    const { selfHeal } = overviewResponseSchema.parse(await server.get('/api/v1/overview?hours=1'));
    expect(selfHeal).toEqual({ hurt: 1, healed: 1, rate: 1 });
    const query = `repository=${encodeURIComponent(source.folder)}`;
    const repository = repositoryResponseSchema.parse(
      await server.get(`/api/v1/repositories/detail?${query}`),
    );
    expect(repository.checks).toMatchObject({
      run: id,
      found: [
        { name: 'imports', command: [], status: 'passed' },
        { name: 'test', command: ['npm', 'test'], status: 'passed' },
      ],
    });
  });
});

describe('runyard retry', () => {
  it('Q7: runs the same again, once for a key, and watches it to its end', async () => {
    const words = ['retry', id, '--idempotency-key', 'k', '--json', '--data-dir', path.join(folder, 'data')];
    const first = await runCli(words);
    expect(first.code, first.stderr).toBe(0);
    const resultOf = (stdout: string) =>
      (
        JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
          result: { run: { id: string }; retryOf: string };
        }
      ).result;
    const result = resultOf(first.stdout);
    expect(result.retryOf).toBe(id);
    expect(result.run.id).not.toBe(id);
    const again = await runCli(words);
    expect(resultOf(again.stdout).run.id).toBe(result.run.id);
    expect((await server.show(id)).retries).toEqual([result.run.id]);
  });
});
