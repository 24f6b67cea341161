import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'src/cli/main.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function call(words: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      RUNYARD_DATA_DIR: path.join(folder, 'data'),
    };
    execFile(
      process.execPath,
      [main, ...words],
      { cwd: folder, env: { ...base, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

async function doctor(words: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await call(['doctor', '--json', ...words], env);
  const { ok, findings } = JSON.parse(stdout || stderr) as { ok: boolean; findings: Finding[] };
  return { code, ok, of: (check: string) => findings.find((finding) => finding.check === check), findings };
}

describe('runyard doctor', () => {
  it('M4: looks at everything a run needs, with a database that really starts', async () => {
    const { code, ok, of, findings } = await doctor();
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    const names = [
      'node',
      'git',
      'prompts',
      'config',
      'data folder',
      'disk',
      'database',
      'isolation',
      'workspaces',
      'agent builtin',
      'agent claude-code',
      'models',
      'keys',
    ];
    expect(findings.map(({ check }) => check)).toEqual(names);
    expect(of('database')?.what).toMatch(/^Embedded PostgreSQL, schema version \d+/);
    expect(of('isolation')?.what).toMatch(/bubblewrap|pid-namespace|none/);
    expect((await stat(path.join(folder, 'data'))).mode & 0o777).toBe(0o700);
    for (const { status, next, why } of findings) {
      if (status === 'warn')
        expect({ next, why }).toEqual({ next: expect.any(String), why: expect.any(String) });
    }
  });

  it('M4: prints each finding with how to mend it, for people', async () => {
    const { code, stdout } = await call(['doctor'], { RUNYARD_MODELS_IMPLEMENT: 'openai/gpt-6' });
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /FAIL {2}key openai +OPENAI_API_KEY is not set\.\n +The configured model openai\/gpt-6 needs it\.\n +-> Set it/,
    );
    expect(stdout).toContain('1 of 13 checks failed');
  });

  it('M4: a configuration that cannot be read is a finding, and ends with exit code 2', async () => {
    await writeFile(path.join(folder, 'runyard.yaml'), 'agnet: builtin\n');
    const { code, of } = await doctor();
    expect(code).toBe(2);
    expect(of('config')).toMatchObject({ status: 'fail', why: 'Did you mean agent?', area: 'configuration' });
    expect(of('git')?.status).toBe('ok');
  });

  it('a data folder that others may enter is not used', async () => {
    await mkdir(path.join(folder, 'data'));
    await chmod(path.join(folder, 'data'), 0o755);
    const { code, of } = await doctor();
    expect(code).toBe(2);
    expect(of('data folder')).toMatchObject({ status: 'fail', next: expect.stringContaining('chmod 700') });
    expect(of('database')).toBeUndefined();
  });

  it('M4: a configured agent that is not installed fails, and says how to install it', async () => {
    const { code, of } = await doctor([], { RUNYARD_AGENT: 'command:/nowhere/agent' });
    expect(code).toBe(2);
    expect(of('agent command:/nowhere/agent')).toMatchObject({ status: 'fail', next: expect.any(String) });
  });

  it('M4: a missing git is named, and start-up refuses with the same words', async () => {
    const env = { PATH: path.join(folder, 'empty') };
    const { of } = await doctor([], env);
    const git = of('git');
    expect(git).toMatchObject({ status: 'fail', next: expect.stringContaining('git') });
    const words = ['run', '--repo', folder, '--title', 'x', '--agent', 'command:/bin/true', '--no-plan'];
    const { code, stderr } = await call(words, env);
    expect(code).toBe(2);
    for (const text of [git?.what, git?.why, git?.next]) expect(stderr).toContain(text);
  });
});

describe('runyard doctor --probe', () => {
  let provider: http.Server;
  let env: Record<string, string>;
  beforeEach(async () => {
    provider = http.createServer((request, response) => {
      const good = request.headers['x-api-key'] === 'sk-good-key';
      const body = good
        ? { data: [{ id: 'm' }] }
        : { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };
      response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    env = { RUNYARD_PROVIDERS_ANTHROPIC_BASE_URL: url, RUNYARD_MODELS_IMPLEMENT: 'anthropic/m' };
  });
  afterEach(() => new Promise((resolve) => provider.close(resolve)));

  it('M4: says that a key is accepted', async () => {
    const { code, of } = await doctor(['--probe'], { ...env, ANTHROPIC_API_KEY: 'sk-good-key' });
    expect(code).toBe(0);
    expect(of('key anthropic')).toMatchObject({ status: 'ok', what: expect.stringContaining('accepts it') });
  });

  it('M4: says that a key is refused, and never what the key is', async () => {
    const { code, of, findings } = await doctor(['--probe'], {
      ...env,
      ANTHROPIC_API_KEY: 'sk-wrong-key-123456',
    });
    expect(code).toBe(2);
    expect(of('key anthropic')?.status).toBe('fail');
    expect(JSON.stringify(findings)).not.toContain('sk-wrong-key');
  });
});

describe('runyard config show', () => {
  it('masks keys and says where each value comes from', async () => {
    const env = { ANTHROPIC_API_KEY: 'sk-ant-0123456789-abcd', RUNYARD_LIMITS_RUN_MS: '45m' };
    const { code, stdout } = await call(['config', 'show', '--changed'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/limits\.runMs +45m +RUNYARD_LIMITS_RUN_MS/);
    expect(stdout).toMatch(/providers\.anthropic\.apiKey +\*\*\*\*abcd +ANTHROPIC_API_KEY/);
    expect(stdout).not.toContain('0123456789');
  });
});
