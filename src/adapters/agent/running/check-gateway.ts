import { type RunyardError, runyardError } from '../../../domain/errors/runyard-error.ts';
import type { AgentAdapter, AgentGateway } from '../types.ts';

/** What is wrong with the gateway of a job for this agent; null when it can be used. */
export function checkGateway(
  agent: string,
  protocols: NonNullable<AgentAdapter['protocols']>,
  gateway: AgentGateway | null,
): RunyardError | null {
  if (!gateway) return runyardError('agent.no-model', { agent });
  const { modelRef, protocol } = gateway;
  if (protocols.includes(protocol)) return null;
  return runyardError('agent.protocol-mismatch', { agent, modelRef, protocol, speaks: protocols });
}
