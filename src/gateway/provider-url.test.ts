import { describe, expect, it } from 'vitest';
import { providerUrl } from './provider-url.ts';

function at(kind: 'anthropic' | 'openai', baseUrl: string, path: string, search = ''): string {
  return providerUrl({ name: 'p', kind, baseUrl, apiKey: null }, path, search).href;
}

describe('providerUrl', () => {
  it('finds the API of Anthropic with and without /v1, and under a folder', () => {
    const messages = '/v1/messages';
    expect(at('anthropic', 'https://api.anthropic.com', messages)).toBe(
      'https://api.anthropic.com/v1/messages',
    );
    expect(at('anthropic', 'https://api.anthropic.com/v1/', messages, '?beta=true')).toBe(
      'https://api.anthropic.com/v1/messages?beta=true',
    );
    expect(at('anthropic', 'https://proxy.example/claude', messages)).toBe(
      'https://proxy.example/claude/v1/messages',
    );
  });

  it('takes the path of an OpenAI-compatible endpoint as it is, and adds /v1 where there is none', () => {
    const chat = '/v1/chat/completions';
    expect(at('openai', 'https://api.openai.com/v1', chat)).toBe(
      'https://api.openai.com/v1/chat/completions',
    );
    expect(at('openai', 'http://127.0.0.1:11434', chat)).toBe('http://127.0.0.1:11434/v1/chat/completions');
    expect(at('openai', 'https://openrouter.ai/api/v1', chat)).toBe(
      'https://openrouter.ai/api/v1/chat/completions',
    );
    expect(at('openai', 'https://host.example/v1beta/openai/', chat)).toBe(
      'https://host.example/v1beta/openai/chat/completions',
    );
  });
});
