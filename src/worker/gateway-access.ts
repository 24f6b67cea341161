import type { AgentGateway } from '../adapters/agent/types.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { parseModelRef } from '../domain/model-ref.ts';
import type { Stage } from '../domain/stage.ts';
import type { WorkerContext } from './context.ts';

/** The port inside a sandbox that leads to the gateway's unix socket. */
export const gatewayPortInSandbox = 8787;

export interface GatewayRequest {
  readonly stage: Stage;
  readonly attempt: number;
  readonly modelRef: string;
  /** Whether the caller sits in a network namespace of its own and needs the bridged address. */
  readonly fromSandbox: boolean;
}

/** Address and a token for one model in one attempt. The token is asked for when it is needed, so that it names the right attempt. */
export async function gatewayFor(context: WorkerContext, request: GatewayRequest): Promise<AgentGateway> {
  const { gateway } = context.assignment;
  const { stage, attempt, modelRef, fromSandbox } = request;
  const { provider } = parseModelRef(modelRef);
  const protocol = gateway?.protocols[provider];
  if (!gateway || !protocol) {
    throw runyardError('run.unexpected', {
      detail: `no provider "${provider}" is configured for the model ${modelRef}`,
    });
  }
  const token = await context.client.gatewayToken({ stage, attempt, models: [modelRef] });
  const url = fromSandbox ? `http://127.0.0.1:${gatewayPortInSandbox}` : gateway.url;
  return { url, token, modelRef, protocol };
}
