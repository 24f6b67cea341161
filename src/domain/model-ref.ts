import { z } from 'zod';

/** `provider/model`; the model part may itself hold slashes, as OpenRouter's do. */
export const modelRefSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\/\S+$/i, 'write it as provider/model, for example anthropic/claude-sonnet-5');

export type ModelRef = string;

export function parseModelRef(ref: ModelRef): { provider: string; model: string } {
  const slash = ref.indexOf('/');
  return { provider: ref.slice(0, slash), model: ref.slice(slash + 1) };
}
