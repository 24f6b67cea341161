import { runyardError } from '../domain/errors/runyard-error.ts';
import { type ModelRef, parseModelRef } from '../domain/model-ref.ts';
import type { Protocol, Provider } from './types.ts';

export interface Target {
  readonly provider: Provider;
  readonly ref: ModelRef;
  /** As the provider names it. */
  readonly model: string;
}

export interface TargetRequest {
  /** As the agent names it: `provider/model`, or the bare model. */
  readonly asked: string;
  readonly allowed: readonly ModelRef[];
  readonly protocol: Protocol;
  readonly providers: readonly Provider[];
}

/** Which provider gets the request. Throws when the token, the configuration or the protocol does not allow it. */
export function resolveTarget({ asked, allowed, protocol, providers }: TargetRequest): Target {
  const refs = allowed.filter((ref) => ref === asked || parseModelRef(ref).model === asked);
  if (refs.length === 0) throw runyardError('gateway.model-not-allowed', { model: asked, allowed });
  const targets = refs.flatMap((ref) => {
    const { provider: name, model } = parseModelRef(ref);
    const provider = providers.find((candidate) => candidate.name === name);
    return provider ? [{ provider, ref, model }] : [];
  });
  const target = targets.find(({ provider }) => provider.kind === protocol) ?? targets[0];
  if (!target) {
    const known = providers.map(({ name }) => name);
    throw runyardError('gateway.unknown-provider', {
      provider: parseModelRef(refs[0] ?? asked).provider,
      known,
    });
  }
  if (target.provider.kind !== protocol) {
    const fields = { model: target.ref, asked: protocol, speaks: target.provider.kind };
    throw runyardError('gateway.wrong-protocol', fields);
  }
  return target;
}
