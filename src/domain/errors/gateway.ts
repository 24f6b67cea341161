import { defineErrors } from './definition.ts';

const later =
  'Runyard has tried again already; run the ticket again later, or choose a model of another provider.';

export const gatewayErrors = defineErrors({
  'gateway.invalid-token': (f: { problem: string }) => ({
    kind: 'permanent',
    what: 'The model gateway refused the request: no valid gateway token.',
    why: f.problem,
    next: 'Agents get their token from Runyard. To use the gateway by hand is not possible; give the provider key to your own tool.',
  }),
  'gateway.stale-token': (f: { run: string; epoch: number }) => ({
    kind: 'permanent',
    what: `The gateway token belongs to an earlier owner of run ${f.run}.`,
    why: `Epoch ${f.epoch} is over: another worker took the run, or it ended.`,
    next: 'Nothing: the current owner carries on.',
  }),
  'gateway.model-not-allowed': (f: { model: string; allowed: readonly string[] }) => ({
    kind: 'permanent',
    what: `The model ${f.model} is not allowed in this attempt.`,
    why: `Its token is good for: ${f.allowed.join(', ')}.`,
    next: 'Choose the model of the run with --model provider/model, or in the ladder of runyard.yaml.',
  }),
  'gateway.unknown-provider': (f: { provider: string; known: readonly string[] }) => ({
    kind: 'needs-human',
    what: `There is no provider called ${f.provider}.`,
    why: f.known.length === 0 ? 'No provider is configured.' : `Configured are: ${f.known.join(', ')}.`,
    next: 'Write models as provider/model with a provider of runyard.yaml, or add the provider there.',
  }),
  'gateway.wrong-protocol': (f: { model: string; asked: string; speaks: string }) => ({
    kind: 'permanent',
    what: `The model ${f.model} was asked in the wrong protocol.`,
    why: `The request was in the ${f.asked} protocol, its provider speaks ${f.speaks}.`,
    next: 'Choose an agent that speaks the protocol of the provider, or a provider of the other kind.',
  }),
  'gateway.invalid-request': (f: { problem: string }) => ({
    kind: 'permanent',
    what: 'The model gateway cannot use the request.',
    why: f.problem,
    next: 'This is a fault of the agent that sent it. See what it did with: runyard logs <run>',
  }),
  'gateway.not-found': (f: { route: string }) => ({
    kind: 'permanent',
    what: `The model gateway has nothing at ${f.route}.`,
    why: 'It offers POST /v1/messages, POST /v1/messages/count_tokens, POST /v1/chat/completions and GET /v1/models.',
    next: 'Use an agent that speaks one of these.',
  }),
  'gateway.busy': (f: { scope: 'run' | 'server'; waitSeconds: number }) => ({
    kind: 'retryable',
    what: 'The model gateway is still busy with other large requests.',
    why:
      f.scope === 'run'
        ? 'It reads one large request of a run at a time, and holds only so many bytes of them.'
        : 'All the memory it has for the requests of agents is in use.',
    next: `Nothing: the agent tries again after ${f.waitSeconds} s.`,
  }),
  'gateway.unavailable': (f: { detail: string }) => ({
    kind: 'retryable',
    what: 'The model gateway cannot answer right now.',
    why: f.detail,
    next: 'Nothing: the call is tried again.',
  }),
  'gateway.provider-unreachable': (f: { provider: string; url: string; detail: string }) => ({
    kind: 'retryable',
    what: `The provider ${f.provider} cannot be reached at ${f.url}.`,
    why: f.detail,
    next: `Check the network and baseUrl of providers.${f.provider} in runyard.yaml: runyard doctor --probe`,
  }),
  'gateway.provider-timeout': (f: { provider: string; limit: string; limitMs: number }) => ({
    kind: 'retryable',
    what: `The provider ${f.provider} did not answer in time.`,
    why: `The ${f.limit} limit of ${Math.round(f.limitMs / 1000)} s passed.`,
    next: later,
  }),
  'gateway.rejected-key': (f: { provider: string; status: number; detail: string }) => ({
    kind: 'needs-human',
    what: `The provider ${f.provider} rejected its key (HTTP ${f.status}).`,
    why: f.detail,
    next: `Set a valid key for providers.${f.provider} (runyard config show names the variable), then check it: runyard doctor --probe`,
  }),
  'gateway.quota-exhausted': (f: { provider: string; detail: string; waitSeconds: number | null }) => ({
    kind: 'needs-human',
    what: `The quota or credit at ${f.provider} is used up.`,
    why: f.detail,
    next: 'Add credit or raise the limit at the provider, or choose a model of another one. Waiting alone does not help before the quota resets.',
  }),
  'gateway.rate-limited': (f: { provider: string; detail: string; waitSeconds: number | null }) => ({
    kind: 'retryable',
    what: `The provider ${f.provider} limits the rate of requests.`,
    why: f.waitSeconds === null ? f.detail : `It asks to wait ${f.waitSeconds} s. ${f.detail}`,
    next: later,
  }),
  'gateway.provider-overloaded': (f: {
    provider: string;
    status: number;
    detail: string;
    waitSeconds: number | null;
  }) => ({
    kind: 'retryable',
    what: `The provider ${f.provider} has a problem of its own (HTTP ${f.status}).`,
    why: f.detail,
    next: later,
  }),
  'gateway.unknown-model': (f: { provider: string; model: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The provider ${f.provider} does not have the model ${f.model}.`,
    why: f.detail,
    next: 'Check the name with the provider, and whether your key may use it; then set --model provider/model.',
  }),
  'gateway.context-too-long': (f: { provider: string; model: string; detail: string }) => ({
    kind: 'permanent',
    what: `The conversation is longer than ${f.model} can read.`,
    why: f.detail,
    next: 'Make the ticket smaller, or choose a model with a larger context.',
  }),
  'gateway.request-refused': (f: { provider: string; status: number; detail: string }) => ({
    kind: 'permanent',
    what: `The provider ${f.provider} refused the request (HTTP ${f.status}).`,
    why: f.detail,
    next: 'Trying again does not help. If the message names a parameter, correct the model in models.json; else report it.',
  }),
  'gateway.malformed-answer': (f: { provider: string; missing: string }) => ({
    kind: 'retryable',
    what: `${f.provider} sent an answer that does not follow its own protocol.`,
    why: `Missing or wrong: ${f.missing}.`,
    next: `Check that baseUrl of providers.${f.provider} leads to the API itself: runyard doctor --probe`,
  }),
  'gateway.stream-cut': (f: { provider: string; detail: string }) => ({
    kind: 'retryable',
    what: `The answer of ${f.provider} broke off before its end.`,
    why: f.detail,
    next: 'Try again: a cut connection passes.',
  }),
  'gateway.client-gone': (_f: { provider: string }) => ({
    kind: 'retryable',
    what: 'The agent went away before the answer was complete.',
    why: 'It closed the connection; the call to the provider was stopped.',
    next: 'Nothing: see why the agent ended with runyard why <run>',
  }),
});
