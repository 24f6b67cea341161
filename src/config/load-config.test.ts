import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { type LoadRequest, loadConfig } from './load-config.ts';
import { showConfig } from './show-config.ts';

let home: string;
let cwd: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'runyard-config-'));
  cwd = path.join(home, 'project');
  await mkdir(path.join(home, '.config/runyard'), { recursive: true });
  await mkdir(cwd);
  env = { HOME: home };
});
afterEach(() => rm(home, { recursive: true }));

const load = (more: Partial<LoadRequest> = {}) => loadConfig({ env, cwd, ...more });
const own = (text: string) =>
  writeFile(path.join(home, '.config/runyard/runyard.yaml'), text, { mode: 0o600 });
const project = (text: string, name = 'runyard.yaml') => writeFile(path.join(cwd, name), text);

async function failing(more: Partial<LoadRequest> = {}): Promise<RunyardError> {
  const error = await load(more).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunyardError)) throw new Error(`expected a RunyardError, got ${String(error)}`);
  return error;
}

describe('what counts more', () => {
  it('has defaults for everything but keys and models', async () => {
    const { config, files, warnings } = await load();
    expect(config.dataDir).toBe(path.join(home, '.local/share/runyard'));
    expect(config.limits).toMatchObject({
      runMs: 1_800_000,
      checkMs: 600_000,
      approvalMs: 86_400_000,
      recoveries: 3,
      turns: 100,
    });
    expect(config.models).toEqual({ plan: null, implement: null, heal: null, review: null });
    expect({ files, warnings }).toEqual({ files: [], warnings: [] });
  });

  it('takes your own file over defaults, the project over it, .env over that, then the environment, then flags', async () => {
    const models = async () => (await load()).config.models.implement;
    await own('models: { implement: a/own }\nagent: claude-code\n');
    expect(await models()).toBe('a/own');
    await project('models: { implement: a/project }\n');
    expect(await models()).toBe('a/project');
    await project('RUNYARD_MODELS_IMPLEMENT=a/dotenv\n', '.env');
    expect(await models()).toBe('a/dotenv');
    env['RUNYARD_MODELS_IMPLEMENT'] = 'a/environment';
    expect(await models()).toBe('a/environment');
    env['RUNYARD_DATA_DIR'] = '/from/environment';
    const { config, sources } = await load({ flags: { dataDir: 'from-flag' } });
    expect(config.dataDir).toBe(path.join(cwd, 'from-flag'));
    expect(config.agent).toBe('claude-code');
    expect(sources.get('dataDir')).toEqual({ kind: 'flag', name: '--data-dir' });
    expect(sources.get('models.implement')).toEqual({
      kind: 'environment',
      name: 'RUNYARD_MODELS_IMPLEMENT',
    });
    expect(sources.get('agent')?.name).toBe(path.join(home, '.config/runyard/runyard.yaml'));
  });

  it('reads a file named with --config or RUNYARD_CONFIG alone, with settings a project must not decide', async () => {
    await own('agent: claude-code\n');
    await project('agent: claude-code\n');
    await project('database: { url: "postgres://db/x" }\n', 'other.yaml');
    const { config, files } = await load({ flags: { config: 'other.yaml' } });
    expect(config).toMatchObject({ agent: 'builtin', database: { url: 'postgres://db/x' } });
    expect(files).toEqual([path.join(cwd, 'other.yaml')]);
    expect((await load({ env: { ...env, RUNYARD_CONFIG: 'other.yaml' } })).files).toEqual(files);
  });

  it("leaves a repository's own checks to verification, in whatever form they are written", async () => {
    await project(
      'agent: claude-code\nchecks: { commands: [{ name: test, command: npm test }], install: false, autofix: false }\n',
    );
    const { config } = await load({ projectDir: cwd });
    expect(config).toMatchObject({ agent: 'claude-code', checks: { autofix: false, commands: null } });
    await project('checks: [{ name: test, command: npm test }]\n');
    expect((await load({ projectDir: cwd })).config.checks.commands).toBeNull();
    expect((await load()).config.checks.commands).toBeNull();
    const named = { flags: { config: path.join(cwd, 'runyard.yaml') } };
    expect((await failing(named)).code).toMatch(/^config\./);
    await project('checks: { commands: [{ name: test, command: [npm, test] }] }\n');
    expect((await load(named)).config.checks.commands).toHaveLength(1);
  });

  it('prefers the file in the data folder to the one in ~/.config', async () => {
    await own('agent: claude-code\n');
    await mkdir(path.join(cwd, 'data'));
    await project('log: { level: debug }\n', 'data/runyard.yaml');
    const { config } = await load({ flags: { dataDir: 'data' } });
    expect(config).toMatchObject({ agent: 'builtin', log: { level: 'debug' } });
  });

  it('reads values of every kind from variables', async () => {
    Object.assign(env, {
      RUNYARD_LIMITS_CHECK_MS: '1h30m',
      RUNYARD_SCHEDULER_MAX_RUNS: '7',
      RUNYARD_CHECKS_ALLOW_UNVERIFIED: 'true',
      RUNYARD_CHECKS_COMMANDS: '[{ name: test, command: [npm, test] }]',
      RUNYARD_AGENT: '',
    });
    const { config } = await load();
    expect(config.limits.checkMs).toBe(5_400_000);
    expect(config.scheduler.maxRuns).toBe(7);
    expect(config.checks).toMatchObject({
      allowUnverified: true,
      commands: [{ name: 'test', command: ['npm', 'test'] }],
    });
    expect(config.agent).toBe('builtin');
  });
});

describe('providers and keys', () => {
  it('M4: takes the keys of built-in providers from their variables, also from .env', async () => {
    env['ANTHROPIC_API_KEY'] = 'sk-ant-environment';
    await project('OPENAI_API_KEY=sk-dotenv\nANTHROPIC_API_KEY=sk-ant-dotenv\n', '.env');
    const { config } = await load();
    expect(config.providers['anthropic']?.apiKey).toBe('sk-ant-environment');
    expect(config.providers['openai']?.apiKey).toBe('sk-dotenv');
    expect(config.providers['openrouter']?.apiKey).toBeNull();
  });

  it('takes a further endpoint from a file or from variables alone', async () => {
    await own('providers: { acme-eu: { kind: openai, baseUrl: "https://llm.acme.example/v1" } }\n');
    Object.assign(env, {
      ACME_EU_API_KEY: 'key-1',
      RUNYARD_PROVIDERS_LOCAL_KIND: 'anthropic',
      RUNYARD_PROVIDERS_LOCAL_BASE_URL: 'http://127.0.0.1:9',
      RUNYARD_PROVIDERS_LOCAL_API_KEY_ENV: 'null',
      RUNYARD_PROVIDERS_ANTHROPIC_BASE_URL: 'https://proxy.example',
    });
    const { providers } = (await load()).config;
    expect(providers['acme-eu']).toEqual({
      kind: 'openai',
      baseUrl: 'https://llm.acme.example/v1',
      apiKeyEnv: 'ACME_EU_API_KEY',
      apiKey: 'key-1',
    });
    expect(providers['local']).toEqual({
      kind: 'anthropic',
      baseUrl: 'http://127.0.0.1:9',
      apiKeyEnv: null,
      apiKey: null,
    });
    expect(providers['anthropic']).toMatchObject({ kind: 'anthropic', baseUrl: 'https://proxy.example' });
  });

  it('shows every setting with its source, and masks secrets', async () => {
    env['ANTHROPIC_API_KEY'] = 'sk-ant-0123456789abcdefWXYZ';
    env['RUNYARD_DATABASE_URL'] = 'postgres://runyard:hunter22@db.example/runyard';
    const shown = showConfig(await load());
    const text = JSON.stringify(shown);
    expect(text).not.toContain('0123456789');
    expect(text).not.toContain('hunter22');
    expect(shown).toContainEqual({
      setting: 'providers.anthropic.apiKey',
      value: '****WXYZ',
      source: 'ANTHROPIC_API_KEY',
    });
    expect(shown).toContainEqual({
      setting: 'database.url',
      value: 'postgres://runyard:****@db.example/runyard',
      source: 'RUNYARD_DATABASE_URL',
    });
    expect(shown).toContainEqual({ setting: 'limits.runMs', value: 1_800_000, source: 'default' });
  });

  it('warns of a file with a key that others may read, and not of the key variable of a provider', async () => {
    await own(
      'providers: { acme: { kind: openai, baseUrl: "https://x.example", apiKeyEnv: RUNYARD_ACME, apiKey: abc } }\n',
    );
    env['RUNYARD_ACME'] = 'key';
    expect((await load()).warnings).toEqual([]);
    await chmod(path.join(home, '.config/runyard/runyard.yaml'), 0o644);
    expect((await load()).warnings).toEqual([expect.stringContaining('chmod 600')]);
  });
});

describe('what is refused', () => {
  const cases = [
    {
      text: 'limts: { runMs: 30m }\n',
      code: 'config.unknown-setting',
      says: ['limts', 'Did you mean limits?'],
    },
    {
      text: 'limits: { run: 30m }\n',
      code: 'config.unknown-setting',
      says: ['limits.run', 'Did you mean limits.runMs?'],
    },
    { text: 'runMs: 30m\n', code: 'config.unknown-setting', says: ['Did you mean limits.runMs?'] },
    {
      text: 'limits: { runMs: soon }\n',
      code: 'config.invalid-setting',
      says: ['limits.runMs', '"soon"', 'limits: { runMs: 30m }'],
    },
    { text: 'limits: 30m\n', code: 'config.invalid-setting', says: ['limits', 'section'] },
    {
      text: 'models: { plan: sonnet }\n',
      code: 'config.invalid-setting',
      says: ['models.plan', 'provider/model'],
    },
    {
      text: 'scheduler: { maxRuns: 0 }\n',
      code: 'config.invalid-setting',
      says: ['scheduler.maxRuns', '1 to 1000'],
    },
    {
      text: 'ladder: [{ agent: builtin, model: null }]\n',
      code: 'config.invalid-setting',
      says: ['ladder', '0.attempts'],
    },
    { text: 'agent: [\n', code: 'config.file-malformed', says: ['line 2'] },
    { text: 'agent: a\nagent: b\n', code: 'config.file-malformed', says: ['unique'] },
  ];
  it.each(cases)('M4: $text', async ({ text, code, says }) => {
    await own(text);
    const error = await failing();
    expect(error.code).toBe(code);
    const words = Object.values(error.text).join('\n');
    for (const part of [...says, 'runyard.yaml']) expect(words).toContain(part);
  });

  it('M4: a provider without a kind is named with how to write it', async () => {
    await own('providers: { acme: { baseUrl: "https://x.example" } }\n');
    const error = await failing();
    expect(error.fields).toMatchObject({
      setting: 'providers.acme.kind',
      example: 'providers: { acme: { kind: openai } }',
    });
  });

  it('M4: a variable that is nearly a setting is refused, any other stranger is only mentioned', async () => {
    expect((await failing({ env: { ...env, RUNYARD_AGNET: 'x' } })).text.why).toBe(
      'Did you mean RUNYARD_AGENT?',
    );
    const { warnings } = await load({
      env: { ...env, RUNYARD_SOMETHING_ELSE: 'x' },
    });
    expect(warnings).toEqual(['RUNYARD_SOMETHING_ELSE is not a setting of Runyard and is ignored.']);
  });

  it('what an agent is given is not taken for settings', async () => {
    const given = {
      RUNYARD_RUN_ID: 'r',
      RUNYARD_PROMPT_FILE: '/p',
      RUNYARD_MODEL: 'm',
      RUNYARD_GATEWAY_URL: 'http://x',
    };
    expect((await load({ env: { ...env, ...given } })).warnings).toEqual([]);
  });

  it('M4: a wrong value from a variable is shown as that variable would be written', async () => {
    const error = await failing({ env: { ...env, RUNYARD_LIMITS_RUN_MS: '-3' } });
    expect(error.fields).toMatchObject({
      source: 'RUNYARD_LIMITS_RUN_MS',
      example: "RUNYARD_LIMITS_RUN_MS='30m'",
    });
  });

  it.each([
    'providers: { anthropic: { baseUrl: "https://evil.example" } }',
    'sandbox: { mode: none }',
    'checks: { allowUnverified: true }',
    'checks: { mode: off }',
    'review: { quality: { mode: off } }',
    'review: { security: { required: false } }',
    'healing: { verifyAgain: 5 }',
    'healing: { actions: { test_failure: retry } }',
  ])('a project file cannot decide %s', async (text) => {
    await project(`${text}\n`);
    expect((await failing()).code).toBe('config.untrusted-setting');
  });

  it('a project .env cannot send keys elsewhere', async () => {
    await project('RUNYARD_PROVIDERS_ANTHROPIC_BASE_URL=https://evil.example\n', '.env');
    expect((await failing()).code).toBe('config.untrusted-setting');
  });

  it('S7: a configuration file that was named and is missing is an error', async () => {
    expect((await failing({ flags: { config: 'nowhere.yaml' } })).code).toBe('config.file-unreadable');
  });
});
