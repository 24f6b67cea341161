import { writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface ScriptedConfig {
  readonly folder: string;
  readonly modelUrl: string;
  /** Further settings, merged at the top level. JSON is YAML. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export const scriptedKey = 'sk-scripted-1234567890abcdef';

/** Writes a runyard.yaml that points both wire protocols at the scripted model; gives its path and the environment with the key. */
export async function writeScriptedConfig({ folder, modelUrl, settings = {} }: ScriptedConfig) {
  const file = path.join(folder, 'runyard.yaml');
  const config = {
    providers: {
      scripted: { kind: 'anthropic', baseUrl: modelUrl, apiKeyEnv: 'SCRIPTED_KEY' },
      'scripted-openai': { kind: 'openai', baseUrl: `${modelUrl}/v1`, apiKeyEnv: 'SCRIPTED_KEY' },
    },
    models: { implement: 'scripted/claude-sonnet-5' },
    ...settings,
  };
  await writeFile(file, JSON.stringify(config, null, 2));
  return { file, env: { RUNYARD_CONFIG: file, SCRIPTED_KEY: scriptedKey } };
}
