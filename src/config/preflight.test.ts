import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunyardError, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { loadConfig } from './load-config.ts';
import { type AgentFacts, checkModelsNamed, checkRunnable, keyProblem } from './preflight.ts';
import { ladderFor, type RunFlags, runSpecFrom } from './run-spec.ts';

const ticket = { key: null, title: 'Do it', body: '' };
const both: AgentFacts = { available: true, protocols: ['anthropic', 'openai'], error: null };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'runyard-preflight-'));
});
afterEach(() => rm(home, { recursive: true }));

const configWith = async (env: Record<string, string>) =>
  (await loadConfig({ env: { HOME: home, ...env }, cwd: home })).config;

interface Check {
  readonly env?: Record<string, string>;
  readonly flags?: Partial<RunFlags>;
  readonly facts?: AgentFacts;
}

async function check({ env = {}, flags = {}, facts = both }: Check): Promise<RunyardError | null> {
  const config = await configWith(env);
  const spec = runSpecFrom(config, { repository: '/r', ...flags }, ticket);
  try {
    await checkRunnable(spec, config, async () => facts);
    return null;
  } catch (error) {
    if (error instanceof RunyardError) return error;
    throw error;
  }
}

describe('checkRunnable', () => {
  it('M4: lets a complete run through', async () => {
    const env = { ANTHROPIC_API_KEY: 'sk-ant-1234567890' };
    expect(await check({ env, flags: { model: 'anthropic/claude-sonnet-5' } })).toBeNull();
  });

  it('M4: a command agent without a plan needs no model and no key', async () => {
    const facts: AgentFacts = { available: true, protocols: null, error: null };
    expect(await check({ flags: { agent: 'command:/bin/fix', planMode: 'off' }, facts })).toBeNull();
  });

  it('M4: names the missing model and how to give it', async () => {
    const error = await check({});
    expect(error?.code).toBe('config.model-missing');
    expect(error?.text.next).toContain('--model');
  });

  it('asks for no model for an agent that does not exist', async () => {
    const config = await configWith({});
    const spec = runSpecFrom(config, { repository: '/r', agent: 'bogus' }, ticket);
    const unknown = runyardError('agent.not-found', { agent: 'bogus', known: ['builtin'] });
    await expect(checkModelsNamed(spec, () => Promise.reject(unknown))).rejects.toBe(unknown);
  });

  it('M4: names the missing variable, what it is for, and how to set it', async () => {
    const error = await check({ flags: { model: 'openai/gpt-6' } });
    expect(error?.code).toBe('config.key-missing');
    expect(error?.text.what).toContain('OPENAI_API_KEY is not set');
    expect(error?.text.why).toContain('planning with openai/gpt-6');
    expect(error?.text.next).toContain('export OPENAI_API_KEY=');
  });

  it('M4: a malformed key is told apart from a missing one and never repeated', async () => {
    const error = await check({
      env: { OPENAI_API_KEY: '"sk-quoted-key"' },
      flags: { model: 'openai/gpt-6' },
    });
    expect(error?.code).toBe('config.key-malformed');
    expect(JSON.stringify(toErrorData(error))).not.toContain('sk-quoted-key');
  });

  it('M4: an unknown provider is answered with those there are', async () => {
    const error = await check({ flags: { model: 'acme/x' } });
    expect(error?.code).toBe('config.provider-unknown');
    expect(error?.text.why).toContain('anthropic, openai, openrouter');
  });

  it('M4: an agent that is not installed is refused with the words of its own check', async () => {
    const missing = toErrorData(runyardError('plan.no-model', { setting: 'x' }));
    const facts: AgentFacts = { available: false, protocols: ['anthropic'], error: missing };
    const env = { ANTHROPIC_API_KEY: 'sk-ant-1234567890' };
    const error = await check({
      env,
      flags: { model: 'anthropic/claude-sonnet-5', agent: 'claude-code' },
      facts,
    });
    expect(error?.code).toBe('config.agent-unavailable');
    expect(error?.text.why).toContain(missing.what);
  });

  it('M4: an agent that cannot speak the protocol of the model is refused', async () => {
    const facts: AgentFacts = { available: true, protocols: ['anthropic'], error: null };
    const env = { OPENAI_API_KEY: 'sk-1234567890abc' };
    const error = await check({ env, flags: { model: 'openai/gpt-6', agent: 'claude-code' }, facts });
    expect(error?.code).toBe('config.protocol-mismatch');
  });
});

describe('ladderFor', () => {
  it('V6: tries twice with the implementing model, then once with the healing one', async () => {
    const config = await configWith({ RUNYARD_MODELS_IMPLEMENT: 'a/small', RUNYARD_MODELS_HEAL: 'a/large' });
    expect(ladderFor(config)).toEqual([
      { agent: 'builtin', model: 'a/small', attempts: 2 },
      { agent: 'builtin', model: 'a/large', attempts: 1 },
    ]);
  });

  it('V6: keeps to one model where no other is set', async () => {
    const config = await configWith({ RUNYARD_MODELS_IMPLEMENT: 'a/small' });
    expect(ladderFor(config, { model: 'b/other' }).map(({ model }) => model)).toEqual(['b/other', 'b/other']);
  });

  it('V6: a configured ladder counts unless the command line names an agent or a model', async () => {
    const config = await configWith({ RUNYARD_LADDER: '[{ agent: claude-code, model: a/x, attempts: 4 }]' });
    expect(ladderFor(config)).toEqual([{ agent: 'claude-code', model: 'a/x', attempts: 4 }]);
    expect(ladderFor(config, { agent: 'command:/bin/x' })[0]).toEqual({
      agent: 'command:/bin/x',
      model: null,
      attempts: 2,
    });
  });
});

describe('keyProblem', () => {
  it.each([' sk-1', 'sk-1\n', "'sk-1'", 'sk 1', 'schlüssel', '<your key>', 'changeme', 'your-api-key'])(
    'M4: sees %j',
    (key) => {
      expect(keyProblem(key)).not.toBeNull();
    },
  );
  it.each(['sk-ant-api03-AbC_1', 'x', 'a.b-c=='])('lets %j through', (key) => {
    expect(keyProblem(key)).toBeNull();
  });
});
