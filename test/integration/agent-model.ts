import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import type { ModelAccess } from './agent-world.ts';

export type ScenarioInput = Parameters<typeof startScriptedModel>[0];

/** A scripted model, reached by the agent as in a real run. */
export async function connectModel(scenario: ScenarioInput): Promise<ModelAccess> {
  const model = await startScriptedModel(scenario);
  return {
    gateway: {
      url: model.url,
      token: 'gateway-token-of-the-test',
      modelRef: 'anthropic/claude-sonnet-5',
      protocol: 'anthropic',
    },
    bridge: null,
    close: () => model.close(),
  };
}
