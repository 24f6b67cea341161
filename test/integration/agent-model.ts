import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentGateway } from '../../src/adapters/agent/types.ts';
import type { ModelCall } from '../../src/domain/model-call.ts';
import { parseModelRef } from '../../src/domain/model-ref.ts';
import type { SandboxMode } from '../../src/domain/sandbox.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { type GatewayClaims, issueGatewayToken } from '../../src/gateway/token.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import type { Bridge } from '../../src/process/types.ts';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';

export type ScenarioInput = Parameters<typeof startScriptedModel>[0];

export interface ModelAccess {
  readonly gateway: AgentGateway;
  /** Where the sandbox has no network: the way to the gateway. */
  readonly bridge: Bridge | null;
  readonly model: ScriptedModel;
  /** What the gateway metered. */
  readonly calls: readonly ModelCall[];
  close(): Promise<void>;
}

const PORT_INSIDE = 8787;
export const providerKey = 'sk-provider-key-of-the-test-0123456789';

/** A scripted model behind the real gateway, reached by the agent as in a real run. */
export async function connectModel(
  scenario: ScenarioInput,
  options: { readonly protocol?: 'anthropic' | 'openai'; readonly mode?: SandboxMode | undefined } = {},
): Promise<ModelAccess> {
  const { protocol = 'anthropic' } = options;
  const model = await startScriptedModel({ expectKey: providerKey, ...scenario });
  const modelRef = protocol === 'anthropic' ? 'anthropic/claude-sonnet-5' : 'openai/gpt-5.5';
  const calls: ModelCall[] = [];
  const signingKey = 'signing-key-of-the-test-0123456789';
  const gateway = createGateway({
    providers: [
      { name: parseModelRef(modelRef).provider, kind: protocol, baseUrl: model.url, apiKey: providerKey },
    ],
    signingKey,
    isCurrent: async () => true,
    record: async (call) => void calls.push(call),
    onError: (error) => {
      throw error;
    },
    retry: { retries: 1, initialDelayMs: 10, maxDelayMs: 50 },
  });
  const folder = mkdtempSync(join(tmpdir(), 'runyard-gateway-'));
  const mode = options.mode ?? (await detectSandbox()).mode;
  const bridge =
    mode === 'bubblewrap' ? { port: PORT_INSIDE, socketPath: join(folder, 'gateway.sock') } : null;
  if (bridge) await gateway.listenOnSocket(bridge.socketPath);
  const url = bridge
    ? `http://127.0.0.1:${bridge.port}`
    : await gateway.listen({ host: '127.0.0.1', port: 0 });
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const claims: GatewayClaims = {
    runId: 'run',
    epoch: 1,
    stage: 'implement',
    attempt: 1,
    models: [modelRef],
    expiresAt,
  };
  return {
    gateway: { url, token: issueGatewayToken(claims, signingKey), modelRef, protocol },
    bridge,
    model,
    calls,
    async close() {
      await gateway.close();
      await model.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
