/** Services that need no description in runyard.yaml, only a key. Every field can be overridden there. */
export const builtInProviders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  anthropic: { kind: 'anthropic', baseUrl: 'https://api.anthropic.com', apiKeyEnv: 'ANTHROPIC_API_KEY' },
  openai: { kind: 'openai', baseUrl: 'https://api.openai.com/v1', apiKeyEnv: 'OPENAI_API_KEY' },
  openrouter: { kind: 'openai', baseUrl: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
};

/** `my-llm` → `MY_LLM_API_KEY`. */
export function defaultKeyVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`;
}

/** Provider names stand before the slash of a model and in variable names. */
export const providerNamePattern = /^[a-z0-9][a-z0-9-]*$/;
