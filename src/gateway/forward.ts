import type { IncomingHttpHeaders } from 'node:http';
import { addMs, remainingMs } from '../lib/deadline.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Call, CallTools } from './call.ts';
import { classifyFailure, type Failure, statusOfWords, wordsIn } from './classify-failure.ts';
import { decideRetry } from './decide-retry.ts';
import { failureOfFault, malformed } from './fault-failure.ts';
import { type OpenStream, openStream } from './open-stream.ts';
import { parseJson } from './protocol/parse.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** A whole answer, checked, or a stream whose first event is here and good. */
export type Opened =
  | {
      readonly kind: 'whole';
      readonly headers: IncomingHttpHeaders;
      readonly bytes: Buffer;
      readonly json: unknown;
    }
  | { readonly kind: 'stream'; readonly headers: IncomingHttpHeaders; readonly stream: OpenStream };

export interface Forwarded {
  readonly result: Result<Opened, Failure>;
  readonly retries: number;
  readonly firstByteAt: Date | null;
  /** Of the last answer; null when there was none. */
  readonly httpStatus: number | null;
  readonly requestId: string | null;
}

interface Try {
  readonly result: Result<Opened, Failure>;
  readonly firstByteAt: Date | null;
  readonly answer: UpstreamAnswer | null;
}

/** An error body is read as far as this; the rest is of no use to anybody. */
const LONGEST_ERROR_BYTES = 64 * 1024;
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Sends the request to the provider, again after transient faults, until an answer begins (M5). Nothing has gone to the agent by then. */
export async function forward(call: Call, tools: CallTools): Promise<Forwarded> {
  const deadline = addMs(call.startedAt, tools.limits.totalMs);
  for (let retries = 0; ; retries += 1) {
    const { result, firstByteAt, answer } = await tryOnce(call, tools);
    const requestId = headerOf(answer?.headers ?? {}, call.protocol.requestIdHeader);
    const forwarded = { result, retries, firstByteAt, httpStatus: answer?.status ?? null, requestId };
    if (result.ok) return forwarded;
    const action = decideRetry({
      transient: result.error.transient,
      retryAfterMs: result.error.retryAfterMs,
      retries,
      remainingMs: remainingMs(deadline, tools.clock.now()),
      policy: tools.retry,
      random: tools.random,
    });
    if (action.kind === 'give-up') return forwarded;
    await tools.wait(action.delayMs, call.signal);
    if (call.signal.aborted) {
      return { ...forwarded, result: err(failureOfFault({ kind: 'aborted' }, call, tools.limits)) };
    }
  }
}

async function tryOnce(call: Call, tools: CallTools): Promise<Try> {
  const { request, url, headers, signal } = call;
  const { limits } = tools;
  const exchanged = await tools.upstream.exchange({
    method: 'POST',
    url,
    headers: { ...headers, 'content-length': String(request.bytes.length) },
    body: request.bytes,
    headersMs: request.stream ? limits.firstByteMs : null,
    // A whole answer may take its time: its bytes come all at once, at the end.
    idleMs: request.stream ? limits.idleMs : limits.totalMs,
    signal,
  });
  if (!exchanged.ok) {
    return { result: err(failureOfFault(exchanged.error, call, limits)), firstByteAt: null, answer: null };
  }
  const answer = exchanged.value;
  const firstByteAt = tools.clock.now();
  const result = await open(answer, call, tools);
  if (!result.ok) answer.close();
  return { result, firstByteAt, answer };
}

async function open(answer: UpstreamAnswer, call: Call, tools: CallTools): Promise<Result<Opened, Failure>> {
  const { headers, status } = answer;
  if (status < 200 || status > 299) return err(await refusal(answer, call, tools));
  if (call.request.stream && headers['content-type']?.includes('event-stream')) {
    const stream = await openStream(answer, call, tools);
    return stream.ok ? ok({ kind: 'stream', headers, stream: stream.value }) : stream;
  }
  const read = await readAll(answer, LONGEST_ANSWER_BYTES);
  if (read.fault) return err(failureOfFault(read.fault, call, tools.limits));
  return checkWhole({ bytes: read.bytes, headers, call, tools });
}

interface WholeAnswer {
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly call: Call;
  readonly tools: CallTools;
}

function checkWhole({ bytes, headers, call, tools }: WholeAnswer): Result<Opened, Failure> {
  const text = bytes.toString('utf8');
  const words = wordsIn(text);
  if (words) {
    const body = tools.redact(text.slice(0, LONGEST_ERROR_BYTES));
    return err(classifyFailure({ ...about(call, tools), status: statusOfWords(words), headers, body }));
  }
  const json = parseJson(text);
  const problem = call.kind === 'message' ? problemOf(text, json, call) : null;
  return problem === null ? ok({ kind: 'whole', headers, bytes, json }) : err(malformed(call, problem));
}

function problemOf(text: string, json: unknown, call: Call): string | null {
  if (text.trim() === '') return 'a body (the answer is empty)';
  if (json === undefined) return `a JSON body (it begins with ${JSON.stringify(text.slice(0, 40))})`;
  return call.protocol.problemOf(json);
}

async function refusal(answer: UpstreamAnswer, call: Call, tools: CallTools): Promise<Failure> {
  const { bytes } = await readAll(answer, LONGEST_ERROR_BYTES);
  const { status, headers } = answer;
  return classifyFailure({
    ...about(call, tools),
    status,
    headers,
    body: tools.redact(bytes.toString('utf8')),
  });
}

function about(call: Call, tools: CallTools) {
  return { provider: call.provider.name, model: call.model, now: tools.clock.now() };
}

async function readAll(answer: UpstreamAnswer, limit: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const piece = await answer.next();
    if (!piece.ok) return { bytes: Buffer.concat(chunks), fault: piece.error };
    if (piece.value === null || size > limit) return { bytes: Buffer.concat(chunks), fault: null };
    chunks.push(piece.value);
    size += piece.value.length;
  }
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
