import { z } from 'zod';
import { RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { createRedactor } from '../lib/redact.ts';
import { classifyFailure } from './classify-failure.ts';
import { parseJson } from './protocol/parse.ts';
import { protocols } from './protocol/protocols.ts';
import { providerUrl } from './provider-url.ts';
import type { GatewayOptions, Provider } from './types.ts';
import { createUpstream, type UpstreamAnswer } from './upstream.ts';

export type ProbeOutcome =
  | { readonly kind: 'accepted'; readonly models: readonly string[] }
  | { readonly kind: 'rejected-key' | 'unreachable' | 'failed'; readonly error: RunyardError };

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

const MOST_BYTES = 1024 * 1024;

export interface ProbeOptions extends Pick<GatewayOptions, 'proxyEnvironment'> {
  readonly timeoutMs?: number;
}

/** Asks a provider for its list of models: the cheapest request that needs the key. Never rejects. */
export async function probeProvider(
  provider: Provider,
  { timeoutMs = 10_000, proxyEnvironment }: ProbeOptions = {},
): Promise<ProbeOutcome> {
  const upstream = createUpstream(proxyEnvironment);
  try {
    return await probe(provider, upstream, timeoutMs);
  } catch (error) {
    if (error instanceof RunyardError) return { kind: 'failed', error };
    const fields = { provider: provider.name, url: provider.baseUrl, detail: String(error) };
    return { kind: 'unreachable', error: runyardError('gateway.provider-unreachable', fields, error) };
  } finally {
    upstream.close();
  }
}

async function probe(
  provider: Provider,
  upstream: ReturnType<typeof createUpstream>,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const { name, kind, apiKey } = provider;
  const url = providerUrl(provider, '/v1/models');
  const exchanged = await upstream.exchange({
    url,
    method: 'GET',
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      ...(kind === 'anthropic' && { 'anthropic-version': '2023-06-01' }),
      ...(apiKey !== null && protocols[kind].authHeaders(apiKey)),
    },
    body: null,
    headersMs: timeoutMs,
    idleMs: timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!exchanged.ok) {
    const fault = exchanged.error;
    const detail = 'detail' in fault ? fault.detail : `No answer within ${timeoutMs} ms.`;
    const error = runyardError('gateway.provider-unreachable', { provider: name, url: url.origin, detail });
    return { kind: 'unreachable', error };
  }
  return judge(provider, exchanged.value, await readText(exchanged.value));
}

function judge(provider: Provider, answer: UpstreamAnswer, text: string): ProbeOutcome {
  const { name, apiKey } = provider;
  const { status, headers } = answer;
  if (status === 200) {
    const models = modelsIn(text);
    if (models) return { kind: 'accepted', models };
    return {
      kind: 'failed',
      error: runyardError('gateway.malformed-answer', { provider: name, missing: 'a list of models' }),
    };
  }
  const redact = createRedactor(apiKey === null ? [] : [apiKey]);
  const { error } = classifyFailure({
    provider: name,
    model: '',
    status,
    headers,
    body: redact(text),
    now: new Date(),
  });
  return { kind: error.code === 'gateway.rejected-key' ? 'rejected-key' : 'failed', error };
}

function modelsIn(text: string): string[] | null {
  const parsed = modelsSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data.data.map(({ id }) => id) : null;
}

async function readText(answer: UpstreamAnswer): Promise<string> {
  let text = '';
  while (text.length < MOST_BYTES) {
    const piece = await answer.next();
    if (!piece.ok || piece.value === null) break;
    text += piece.value.toString('utf8');
  }
  answer.close();
  return text;
}
