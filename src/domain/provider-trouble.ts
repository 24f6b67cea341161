import { z } from 'zod';
import type { ErrorData } from './errors/runyard-error.ts';

/** That a provider cannot be used now, through no fault of the run: waiting helps, another attempt does not. */
export const providerTroubleSchema = z.object({
  provider: z.string(),
  reason: z.enum(['quota', 'breaker']),
  /** How long the provider asks to wait; null when it does not say. */
  waitMs: z.number().min(0).nullable(),
});
export type ProviderTrouble = z.infer<typeof providerTroubleSchema>;

const reasons: Readonly<Record<string, ProviderTrouble['reason']>> = {
  'gateway.rate-limited': 'quota',
  'gateway.quota-exhausted': 'quota',
  'gateway.provider-overloaded': 'breaker',
  'gateway.provider-unreachable': 'breaker',
  'gateway.rejected-key': 'breaker',
};

/**
 * Reads it from the error of a model call, or of an agent: some pass on the code of the gateway, some only the status that their model
 * answered with. Null: something else.
 */
export function providerTrouble(error: ErrorData, provider: string | null): ProviderTrouble | null {
  const { waitSeconds, status, provider: named } = error.fields;
  const who = typeof named === 'string' ? named : provider;
  const reason = reasons[modelCodeOf(error)] ?? (isOfAgent(error) ? reasonOfStatus(status) : null);
  if (who === null || !reason) return null;
  return { provider: who, reason, waitMs: typeof waitSeconds === 'number' ? waitSeconds * 1000 : null };
}

/** Whether a failed call is the provider's fault, for its breaker. */
export function blamesProvider({ code }: ErrorData): boolean {
  return code in reasons || code === 'gateway.provider-timeout';
}

/**
 * Whether the trouble says something about the provider only if it has worked before: a key that never worked, an address that never
 * answered are faults of the settings, and waiting would hide them.
 */
export function needsProof(error: ErrorData): boolean {
  if (modelCodeOf(error) === 'gateway.provider-unreachable') return true;
  return error.kind === 'needs-human' && typeof error.fields['waitSeconds'] !== 'number';
}

/** The code of the failed call itself. */
function modelCodeOf(error: ErrorData): string {
  const code = isOfAgent(error) ? error.fields['code'] : error.code;
  return typeof code === 'string' ? code : '';
}

function isOfAgent({ code }: ErrorData): boolean {
  return code === 'agent.model-error';
}

function reasonOfStatus(status: unknown): ProviderTrouble['reason'] | null {
  if (typeof status !== 'number') return null;
  if (status === 429 || status === 402) return 'quota';
  return status === 401 || status === 408 || (status >= 500 && status !== 501) ? 'breaker' : null;
}
