import { describe, expect, it } from 'vitest';
import type { SandboxMode } from '../../../domain/sandbox.ts';
import type { AgentGateway, AgentJob } from '../types.ts';
import { claudeArguments, claudeEnvironment } from './command-line.ts';

const gateway: AgentGateway = {
  url: 'http://127.0.0.1:8787',
  token: 'ryg_token',
  modelRef: 'openrouter/anthropic/claude-sonnet-5',
  protocol: 'anthropic',
};

function job(mode: SandboxMode): AgentJob {
  return {
    runId: 'r',
    attempt: 1,
    workspace: '/w',
    home: '/h',
    systemPrompt: 's',
    prompt: '--help',
    promptFile: '/p',
    gateway,
    thinkingTokens: 8_000,
    limits: { attemptMs: 900_000, silenceMs: 100_000, killGraceMs: 1, modelCallMs: 50_000, turns: 30 },
    sandbox: { mode, writable: [], readable: [], masked: [], network: 'none', bridges: [] },
    baseEnvironment: {},
    redact: (text) => text,
    signal: new AbortController().signal,
    onActivity: () => undefined,
  };
}

describe('the command line of Claude Code', () => {
  it('holds no part of the ticket: the prompt goes through stdin', () => {
    expect(claudeArguments(job('bubblewrap'), gateway, '/s')).not.toContain('--help');
  });

  it('leaves the limits to the sandbox where there is a strong one, and keeps its own guards elsewhere', () => {
    expect(claudeArguments(job('bubblewrap'), gateway, '/s')).toContain(
      '--permission-mode=bypassPermissions',
    );
    for (const mode of ['pid-namespace', 'none'] as const) {
      const weaker = claudeArguments(job(mode), gateway, '/s');
      expect(weaker).toContain('--permission-mode=acceptEdits');
      expect(weaker.some((argument) => argument.startsWith('--allowedTools='))).toBe(true);
    }
  });

  it('names one model everywhere, and gives the gateway token as the only key', () => {
    const environment = claudeEnvironment(job('bubblewrap'), gateway);
    const models = Object.entries(environment).filter(([name]) => name.endsWith('_MODEL'));
    expect(models.map(([, value]) => value)).toEqual(models.map(() => 'anthropic/claude-sonnet-5'));
    expect(environment).toMatchObject({ ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_API_KEY: gateway.token });
  });

  it('M7: passes the thinking budget on', () => {
    expect(claudeEnvironment(job('none'), gateway)['MAX_THINKING_TOKENS']).toBe('8000');
  });

  it('S2: ends commands before their silence would end the agent', () => {
    expect(claudeEnvironment(job('none'), gateway)).toMatchObject({
      BASH_MAX_TIMEOUT_MS: '80000',
      BASH_DEFAULT_TIMEOUT_MS: '80000',
      API_TIMEOUT_MS: '50000',
    });
  });
});
