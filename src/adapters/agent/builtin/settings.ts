import { z } from 'zod';
import { modelRefSchema } from '../../../domain/model-ref.ts';

const positive = z.coerce.number().int().positive();

/** The job of the built-in agent, as its process finds it in the environment. */
export const settingsSchema = z.object({
  RUNYARD_PROMPT_FILE: z.string().min(1),
  RUNYARD_SYSTEM_PROMPT_FILE: z.string().min(1),
  RUNYARD_GATEWAY_URL: z.url(),
  RUNYARD_GATEWAY_TOKEN: z.string().min(1),
  /** `provider/model` */
  RUNYARD_MODEL_REF: modelRefSchema,
  RUNYARD_PROTOCOL: z.enum(['anthropic', 'openai']),
  RUNYARD_THINKING_TOKENS: z.coerce.number().int().min(0),
  RUNYARD_TURNS: positive,
  RUNYARD_MODEL_CALL_MS: positive,
  RUNYARD_COMMAND_MS: positive,
  RUNYARD_SILENCE_MS: positive,
});
export type Settings = z.infer<typeof settingsSchema>;

/** Names that commands of the agent do not get: the token buys model calls. */
export function withoutSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !name.startsWith('RUNYARD_')) kept[name] = value;
  }
  return kept;
}
