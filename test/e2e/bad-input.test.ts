import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightAtOnce } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let server: TestServer;
let env: Record<string, string>;
let dataDir: string;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  model = await startScriptedModel({ ...rightAtOnce, models: ['claude-sonnet-5'] });
  dataDir = path.join(folder, 'data');
  ({ env } = await writeScriptedConfig({
    folder,
    modelUrl: model.url,
    settings: {
      models: { implement: 'scripted/claude-sonnet-5' },
      limits: { modelCallMs: '5s', silenceMs: '5s' },
    },
  }));
  server = await startServer(dataDir, env);
});

afterAll(async () => {
  await server?.kill('SIGTERM');
  await model?.close();
  await removeFolder?.();
});

interface Answer {
  readonly code: number | null;
  readonly error: { code: string; what: string; why: string; next: string };
}

/** Runs `runyard run` with --json and gives the exit code and the error it reports, wherever it arose. */
async function refused(args: readonly string[], extraEnv: Record<string, string> = {}): Promise<Answer> {
  const result = await runCli(['run', ...args, '--json'], {
    env: { ...env, RUNYARD_DATA_DIR: dataDir, ...extraEnv },
  });
  const lines = result.stdout.trim().split('\n').concat(result.stderr.trim().split('\n'));
  const objects = lines.flatMap((line): unknown[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
  const withError = objects.findLast((object) => errorOf(object) !== null);
  const error = errorOf(withError);
  if (!error) throw new Error(`no error was reported:\n${result.stdout}\n${result.stderr}`);
  return { code: result.code, error };
}

type Reported = Answer['error'] | null;

function errorOf(object: unknown): Reported {
  const holder = object as { error?: Reported; result?: { run?: { error?: Reported } } } | undefined;
  return holder?.error ?? holder?.result?.run?.error ?? null;
}

const title = ['--title', addTicket.title];

describe('bad input gets a clear error, the documented exit code, and loses nothing (M4, I5)', () => {
  it('a folder that is not a repository', async () => {
    const plain = path.join(folder, 'plain');
    await mkdir(plain, { recursive: true });
    expect(await refused(['--repo', plain, ...title])).toMatchObject({
      code: 2,
      error: { code: 'git.not-a-repository' },
    });
  });

  it('an empty repository', async () => {
    const empty = await createRepository(path.join(folder, 'empty'), {});
    const answer = await refused(['--repo', empty.folder, ...title]);
    expect(answer).toMatchObject({ code: 2, error: { code: 'git.empty-repository' } });
  });

  it('a branch that does not exist, with close names', async () => {
    const answer = await refused(['--repo', source.folder, '--base', 'mian', ...title]);
    expect(answer).toMatchObject({ code: 2, error: { code: 'git.missing-branch' } });
    expect(answer.error.next + answer.error.why).toContain('main');
  });

  it('a missing key names the variable', async () => {
    const own = { SCRIPTED_KEY: '', RUNYARD_DATA_DIR: path.join(folder, 'data-without-key') };
    const answer = await refused(['--repo', source.folder, ...title], own);
    expect(answer.code).toBe(2);
    expect(answer.error.what + answer.error.why + answer.error.next).toContain('SCRIPTED_KEY');
  });

  it('a model of an unknown provider', async () => {
    const answer = await refused(['--repo', source.folder, ...title, '--model', 'nobody/claude-sonnet-5']);
    expect(answer.code).toBe(2);
    expect(answer.error.what + answer.error.why).toContain('nobody');
  });

  it('a model the provider does not have', async () => {
    const answer = await refused([
      '--repo',
      source.folder,
      ...title,
      '--no-plan',
      '--model',
      'scripted/claude-none',
    ]);
    expect(answer.code).toBe(1);
    expect(answer.error.what + answer.error.why).toContain('claude-none');
  });

  it('a ticket of 1 MB is refused with its size and the limit', async () => {
    const file = path.join(folder, 'large.md');
    await writeFile(file, 'x'.repeat(1024 * 1024));
    const answer = await refused(['--repo', source.folder, ...title, '--ticket-file', file]);
    expect(answer.code).toBe(2);
    expect(answer.error.what + answer.error.why).toMatch(/1(\.0)? Mi?B|1048576|1,048,576/);
  });

  it('an agent that does not exist', async () => {
    const answer = await refused(['--repo', source.folder, ...title, '--agent', 'nonesuch']);
    expect(answer).toMatchObject({ code: 2 });
    expect(answer.error.what + answer.error.why).toContain('nonesuch');
  });

  it('an agent that changes nothing', async () => {
    const answer = await refused([
      '--repo',
      source.folder,
      ...title,
      '--no-plan',
      '--agent',
      'command:/bin/true',
    ]);
    expect(answer).toMatchObject({ code: 1, error: { code: 'worker.no-changes' } });
  });

  it('the server is still there, and the source has not changed', async () => {
    const { code } = await runCli(['runs', '--data-dir', dataDir], { env });
    expect(code).toBe(0);
    expect(source.git('branch', '--list', 'runyard/*')).toBe('');
    expect(source.git('status', '--porcelain')).toBe('');
  });
});

describe('odd but good input', () => {
  it('a title with shell metacharacters runs nothing and is delivered', async () => {
    const nasty = '$(touch /tmp/runyard-canary) `id`; rm -rf "*" \' | & > <';
    const args = ['--repo', source.folder, '--title', nasty, '--data-dir', dataDir, '--json'];
    const result = await runCli(['run', ...args], { env });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(source.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/runyard')).toMatch(
      /^runyard\/[\w.-]+$/,
    );
  });

  it('a detached and dirty source is worked on at its commit, with a warning', async () => {
    const detached = await createRepository(path.join(folder, 'detached'), calculatorFiles);
    detached.git('checkout', '-q', '--detach');
    await detached.write('src/add.js', 'broken in the work tree\n');
    const args = ['--repo', detached.folder, ...title, '--data-dir', dataDir];
    const result = await runCli(['run', ...args], { env });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout + result.stderr).toContain('uncommitted');
    expect(detached.git('status', '--porcelain')).toBe('M src/add.js');
  });
});

describe('a model that is not there', () => {
  it.each([
    ['401', { status: 401 }, /key|401/],
    ['a plan that is not JSON, twice', null, /plan/],
  ])('%s', async (_name, fault, words) => {
    const scripted = await startScriptedModel(
      fault
        ? { ...rightAtOnce, faults: [{ kind: 'status', status: fault.status, times: 'always' }] }
        : {
            conversations: [
              { name: 'plan', match: { tools: false }, steps: [{ text: 'I had rather not.' }] },
            ],
          },
    );
    try {
      const own = path.join(folder, `model-${fault ? 'fault' : 'plan'}`);
      await mkdir(own);
      const config = await writeScriptedConfig({ folder: own, modelUrl: scripted.url });
      const args = ['run', '--repo', source.folder, ...title, '--data-dir', path.join(own, 'data'), '--json'];
      const result = await runCli(args, { env: config.env });
      expect(result.code, result.stdout + result.stderr).toBe(1);
      expect(result.stdout + result.stderr).toMatch(words);
    } finally {
      await scripted.close();
    }
  });

  it('unreachable: the run fails with the address, within its limits', async () => {
    const own = path.join(folder, 'model-gone');
    await mkdir(own);
    const config = await writeScriptedConfig({
      folder: own,
      modelUrl: 'http://127.0.0.1:9',
      settings: { limits: { modelCallMs: '10s', silenceMs: '5s', attemptMs: '20s' } },
    });
    const args = ['run', '--repo', source.folder, ...title, '--data-dir', path.join(own, 'data'), '--json'];
    const result = await runCli(args, { env: config.env });
    expect([1, 124]).toContain(result.code);
    expect(result.stdout + result.stderr).toContain('scripted');
  });
});
