import { createHmac } from 'node:crypto';
import type { BreakerPolicy } from '../domain/breaker.ts';
import { blamesProvider } from '../domain/provider-trouble.ts';
import type { Provider, ProviderUse } from '../gateway/types.ts';
import type { Queue } from '../queue/queue.ts';
import { reportOutcome } from '../queue/report-outcome.ts';
import { listBreakers, noteCredential } from '../store/breakers.ts';

/** How providers did, for their breakers. Failures that are the fault of the request say nothing. */
export function createProviderObserver(
  queue: Queue,
  policy: BreakerPolicy,
): (use: ProviderUse) => Promise<void> {
  return async ({ provider, startedAt, failure, retryAfterMs }) => {
    const key = `provider:${provider}`;
    if (!failure)
      return reportOutcome(queue, { key, outcome: { kind: 'success', since: startedAt }, policy });
    if (!blamesProvider(failure)) return;
    return reportOutcome(queue, { key, outcome: { kind: 'failure', cause: failure, retryAfterMs }, policy });
  };
}

export interface Credentials {
  readonly providers: readonly Pick<Provider, 'name' | 'apiKey'>[];
  readonly signingKey: string;
  readonly policy: BreakerPolicy;
}

/** Notes which keys this node has. A provider that is left alone gets another chance when it has another key than before. */
export async function noteCredentials(
  queue: Queue,
  { providers, signingKey, policy }: Credentials,
): Promise<void> {
  const { db } = queue.store;
  const known = new Map((await listBreakers(db)).map(({ breaker, credential }) => [breaker.key, credential]));
  for (const { name, apiKey } of providers) {
    const key = `provider:${name}`;
    const fingerprint = createHmac('sha256', signingKey)
      .update(`${name}\0${apiKey ?? ''}`)
      .digest('hex')
      .slice(0, 16);
    if (known.get(key) === fingerprint) continue;
    const isAnother = await noteCredential(db, key, fingerprint);
    if (isAnother) await reportOutcome(queue, { key, outcome: { kind: 'mended' }, policy });
  }
}
