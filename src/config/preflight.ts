import { type ErrorData, runyardError } from '../domain/errors/runyard-error.ts';
import { parseModelRef } from '../domain/model-ref.ts';
import type { RunSpec } from '../domain/run.ts';
import { bringsItsOwnModel } from './run-spec.ts';
import type { Config, ProviderConfig } from './schema.ts';

/** What is known about an agent on this machine. */
export interface AgentFacts {
  readonly available: boolean;
  /** Wire protocols it can speak; null: it needs no model. */
  readonly protocols: readonly ('anthropic' | 'openai')[] | null;
  readonly error: ErrorData | null;
}

/** Looks an agent up. Throws `agent.not-found` when there is none of that name. */
export type FindAgent = (name: string) => Promise<AgentFacts>;

/**
 * Whether a run can start with these settings on this machine (M4). Throws the first thing that is missing: which setting or
 * variable, for what, how to set it. Asks no provider; `runyard doctor --probe` does.
 */
export async function checkRunnable(spec: RunSpec, config: Config, findAgent: FindAgent): Promise<void> {
  await checkModelsNamed(spec, findAgent);
  if (spec.plan.mode !== 'off' && spec.plan.model) requireKey(config, spec.plan.model, 'planning');
  for (const policy of Object.values(spec.reviews ?? {}))
    if (policy.model) requireKey(config, policy.model, 'reviewing');
  for (const { agent, model } of spec.ladder) {
    const facts = await requireAgent(agent, findAgent);
    if (!model) continue;
    const provider = requireKey(config, model, 'implementing');
    const speaks = facts.protocols;
    if (speaks && !speaks.includes(provider.kind)) {
      throw runyardError('config.protocol-mismatch', { agent, model, kind: provider.kind, speaks });
    }
  }
}

/** The part of `checkRunnable` that needs no settings: a model is named wherever one is needed. */
export async function checkModelsNamed(spec: RunSpec, findAgent: FindAgent): Promise<void> {
  const without = spec.ladder.find(({ agent, model }) => !model && !bringsItsOwnModel(agent));
  if (without) {
    // An agent that does not exist needs no model.
    await findAgent(without.agent);
    throw runyardError('config.model-missing', { agent: without.agent });
  }
  if (spec.plan.mode !== 'off' && !spec.plan.model)
    throw runyardError('plan.no-model', { setting: 'models.plan' });
  for (const [stage, { model }] of Object.entries(spec.reviews ?? {}))
    if (!model) throw runyardError('review.no-model', { stage, setting: `review.${stage}.model` });
}

/** The provider of a model, with a key that can be sent. Throws what is missing. */
export function requireKey(config: Config, model: string, usedFor: string): ProviderConfig {
  const name = parseModelRef(model).provider;
  const provider = config.providers[name];
  if (!provider) {
    throw runyardError('config.provider-unknown', {
      provider: name,
      model,
      known: Object.keys(config.providers),
    });
  }
  if (provider.apiKeyEnv === null && provider.apiKey === null) return provider;
  const variable = provider.apiKeyEnv ?? `providers.${name}.apiKey`;
  if (provider.apiKey === null)
    throw runyardError('config.key-missing', { provider: name, variable, model, usedFor });
  const problem = keyProblem(provider.apiKey);
  if (problem) throw runyardError('config.key-malformed', { provider: name, variable, problem });
  return provider;
}

/** Why a key cannot be right whoever issued it; null when nothing is visibly wrong. The key itself is never repeated. */
export function keyProblem(key: string): string | null {
  if (/^\s|\s$/.test(key)) return 'It starts or ends with white space.';
  if (/^["'].*["']$/s.test(key)) return 'It is wrapped in quotes that are part of the value.';
  if (/\s/.test(key)) return 'It has white space inside.';
  // An HTTP header value may hold visible ASCII only (RFC 9110, section 5.5).
  if (!/^[\x21-\x7e]+$/.test(key)) return 'It has characters that cannot stand in an HTTP header.';
  if (/^(<.*>|your[-_ ].*|changeme|xxx+|\.\.\.|…)$/i.test(key)) return 'It is a placeholder, not a key.';
  return null;
}

async function requireAgent(agent: string, findAgent: FindAgent): Promise<AgentFacts> {
  const facts = await findAgent(agent);
  if (facts.available) return facts;
  const detail = facts.error ? `${facts.error.what} ${facts.error.why}` : 'It was not found.';
  const next = facts.error?.next ?? 'See what was looked for with: runyard doctor';
  throw runyardError('config.agent-unavailable', { agent, detail, next });
}
