import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { ModelCall } from '../../src/domain/model-call.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { type GatewayClaims, issueGatewayToken } from '../../src/gateway/token.ts';
import type { GatewayOptions } from '../../src/gateway/types.ts';
import type { ScenarioInput } from '../../tools/scripted-model/scenario.ts';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';

export const providerKey = 'sk-ant-provider-key-0123456789';
const signingKey = randomBytes(32).toString('hex');

type Ask = (
  body?: Record<string, unknown>,
  init?: { token?: string; signal?: AbortSignal },
) => Promise<Response>;

/** A gateway in front of one scripted model that plays both an Anthropic and an OpenAI provider. */
export interface Harness {
  readonly url: string;
  readonly model: ScriptedModel;
  readonly calls: ModelCall[];
  readonly waits: number[];
  readonly problems: unknown[];
  readonly token: (claims?: Partial<GatewayClaims>) => string;
  readonly anthropic: Ask;
  readonly openai: Ask;
}

export async function startHarness(
  scenario: ScenarioInput,
  options: Partial<GatewayOptions> = {},
): Promise<Harness> {
  const model = await startScriptedModel({ expectKey: providerKey, ...scenario });
  const calls: ModelCall[] = [];
  const waits: number[] = [];
  const problems: unknown[] = [];
  const gateway = createGateway({
    providers: [
      { name: 'anthropic', kind: 'anthropic', baseUrl: model.url, apiKey: providerKey },
      { name: 'openai', kind: 'openai', baseUrl: `${model.url}/v1`, apiKey: providerKey },
    ],
    signingKey,
    isCurrent: async () => true,
    record: async (call) => void calls.push(call),
    onError: (error) => problems.push(error),
    wait: async (ms) => void waits.push(ms),
    random: () => 0.5,
    ...options,
  });
  const url = await gateway.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await gateway.close();
    await model.close();
  });

  function token(claims: Partial<GatewayClaims> = {}): string {
    const usual: GatewayClaims = {
      runId: 'run1',
      epoch: 1,
      stage: 'implement',
      attempt: 2,
      models: ['anthropic/claude-sonnet-5', 'openai/gpt-4o'],
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    };
    return issueGatewayToken({ ...usual, ...claims }, signingKey);
  }
  function post(path: string, headers: Record<string, string>, body: unknown, signal?: AbortSignal) {
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
  }
  return {
    ...{ url, model, calls, waits, problems, token },
    anthropic: (body = {}, init = {}) =>
      post(
        '/v1/messages?beta=true',
        { 'x-api-key': init.token ?? token(), 'anthropic-version': '2023-06-01', 'anthropic-beta': 'b1' },
        {
          model: 'claude-sonnet-5',
          max_tokens: 1000,
          messages: [{ role: 'user', content: 'hello' }],
          ...body,
        },
        init.signal,
      ),
    openai: (body = {}, init = {}) =>
      post(
        '/v1/chat/completions',
        { authorization: `Bearer ${init.token ?? token()}` },
        { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], ...body },
        init.signal,
      ),
  };
}

/** A scenario with one conversation of one step, played for every request. */
export function always(
  step: NonNullable<ScenarioInput['conversations']>[number]['steps'][number],
): ScenarioInput {
  return { conversations: [{ name: 'always', steps: [step] }] };
}

/** The error a client sees, whichever protocol it speaks. */
export async function errorOf(response: Response): Promise<{
  status: number;
  type: string;
  message: string;
  runyard: { code: string; kind: string; fields: Record<string, unknown> };
}> {
  const body = (await response.json()) as { error: { type: string; message: string; runyard: never } };
  return { status: response.status, ...body.error };
}

export async function waitUntil(holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('the condition never held');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
