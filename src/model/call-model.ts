import { setTimeout as sleep } from 'node:timers/promises';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { backoffDelayMs } from '../lib/backoff.ts';
import { failureOfTry } from './model-failure.ts';
import { parseObject } from './parse-object.ts';
import { readAnswer } from './read-answer.ts';
import { sdkRequest } from './sdk-request.ts';
import type { ModelAnswer, ModelRequest, ModelRetryPolicy } from './types.ts';
import { startWatchdog } from './watchdog.ts';

export type {
  GatewayAddress,
  ModelAnswer,
  ModelDelta,
  ModelMessage,
  ModelRequest,
  ModelTimeouts,
  ModelTool,
  ModelToolCall,
  ToolOutcome,
} from './types.ts';

/** The gateway has tried again where a provider was at fault; what is left is the way between here and there. */
const usualRetry: ModelRetryPolicy = { retries: 2, initialDelayMs: 500, maxDelayMs: 5000 };

const worthRetrying: ReadonlySet<string> = new Set([
  'model.empty-answer',
  'model.malformed-answer',
  'model.interrupted',
  'model.timed-out',
  'model.unreachable',
  'gateway.malformed-answer',
  'gateway.stream-cut',
  'gateway.unavailable',
]);

/**
 * Asks a model through the gateway for one turn. Resolves with a whole answer or rejects with a RunyardError that says what was
 * missing (codes `model.*` and `gateway.*`), with the reason of `signal` when that stopped it. Never waits beyond `timeouts`.
 *
 *     const messages: ModelMessage[] = [{ role: 'user', content: 'Mend the failing test.' }];
 *     for (;;) {
 *       const answer = await callModel({ gateway, modelRef, system, messages, tools, thinkingTokens: 8000, timeouts, signal });
 *       messages.push(answer.message);
 *       if (answer.finishReason === 'stop') break;
 *       const results = await Promise.all(answer.toolCalls.map(async ({ id, name, input, problem }) => ({
 *         id, name, isError: problem !== null, text: problem?.text.why ?? (await run(name, input)),
 *       })));
 *       messages.push({ role: 'tool', results });
 *     }
 *
 * With `schema`, `answer.object` is the parsed JSON answer, and `model.invalid-object` names what is wrong with it otherwise.
 */
export async function callModel<T = unknown>(request: ModelRequest<T>): Promise<ModelAnswer<T>> {
  const policy = { ...usualRetry, ...request.retry };
  const endsAt = performance.now() + request.timeouts.totalMs;
  for (let retries = 0; ; retries += 1) {
    try {
      const answer = await tryOnce(request, endsAt - performance.now());
      const object = request.schema ? parseObject(answer.text, request.schema, request.modelRef) : null;
      return { ...answer, object, retries };
    } catch (error) {
      const delayMs = backoffDelayMs(retries + 1, policy);
      const timeIsLeft = performance.now() + delayMs < endsAt;
      if (!isWorthRetrying(error) || retries >= policy.retries || !timeIsLeft || request.signal.aborted)
        throw error;
      request.onDelta?.({ kind: 'restart', reason: error.code });
      await sleep(delayMs, undefined, { signal: request.signal }).catch(() => undefined);
      if (request.signal.aborted) throw request.signal.reason;
    }
  }
}

async function tryOnce(request: ModelRequest, remainingMs: number) {
  request.signal.throwIfAborted();
  const watchdog = startWatchdog(request.timeouts, remainingMs, request.signal);
  try {
    const { streamText } = await loadSdk();
    return await readAnswer(streamText(await sdkRequest(request, watchdog)), request);
  } catch (error) {
    throw failureOfTry(error, request, watchdog);
  } finally {
    watchdog.stop();
  }
}

/** Loaded on first use: it costs a tenth of a second that runs without a model need not pay. */
async function loadSdk() {
  // Its warnings go to the console of a program whose output is a protocol.
  Reflect.set(globalThis, 'AI_SDK_LOG_WARNINGS', false);
  return import('ai');
}

function isWorthRetrying(error: unknown): error is RunyardError {
  return error instanceof RunyardError && worthRetrying.has(error.code);
}
