import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Agent, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Checkpoint } from '../domain/checkpoint.ts';
import {
  errorDataSchema,
  fromErrorData,
  messageOf,
  RunyardError,
  runyardError,
} from '../domain/errors/runyard-error.ts';
import type { OfferedLesson } from '../domain/lesson.ts';
import { backoffDelayMs } from '../lib/backoff.ts';
import { http } from '../lib/node-http.ts';
import {
  type Assignment,
  assignmentSchema,
  deliverResponseSchema,
  gatewayTokenResponseSchema,
  type heartbeatRequestSchema,
  heartbeatResponseSchema,
  type LessonsRequest,
  lessonsResponseSchema,
  type SentEvent,
  type SettleRequest,
  workerPaths,
} from '../protocol/worker.ts';

/** The worker's side of the worker protocol. Calls are repeated while the control plane is away, until `signal` aborts. */
export interface ControlClient {
  assignment(): Promise<Assignment>;
  heartbeat(state: z.input<typeof heartbeatRequestSchema>): Promise<z.infer<typeof heartbeatResponseSchema>>;
  events(events: readonly SentEvent[]): Promise<void>;
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  gatewayToken(request: { stage: string; attempt: number; models: readonly string[] }): Promise<string>;
  uploadArtifact(name: string, file: string): Promise<void>;
  downloadArtifact(name: string): Promise<Readable>;
  deliver(request: {
    commit: string;
    baseCommit: string;
    bundle: string;
    verified: boolean;
  }): Promise<z.infer<typeof deliverResponseSchema>['delivery']>;
  /** Asked once, and only for a moment: nobody waits for advice. */
  lessons(request: LessonsRequest): Promise<readonly OfferedLesson[]>;
  settle(request: SettleRequest): Promise<void>;
  close(): void;
}

export interface ControlClientOptions {
  readonly controlUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

const RETRY = { initialDelayMs: 200, maxDelayMs: 5_000 };
const ANSWER_TIMEOUT_MS = 60_000;
const ADVICE_TIMEOUT_MS = 5_000;

export function createControlClient({ controlUrl, token, signal }: ControlClientOptions): ControlClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const call = (request: CallRequest) => callWithRetry({ agent, controlUrl, token, signal }, request);
  const post = async (path: string, body: unknown) =>
    call({ method: 'POST', path, body: JSON.stringify(body) });

  return {
    assignment: async () =>
      parseAnswer(assignmentSchema, await call({ method: 'GET', path: workerPaths.assignment })),
    heartbeat: async (state) =>
      parseAnswer(heartbeatResponseSchema, await post(workerPaths.heartbeat, state)),
    events: async (events) => void (await post(workerPaths.events, { events })),
    checkpoint: async (checkpoint) => void (await post(workerPaths.checkpoint, { checkpoint })),
    async gatewayToken(request) {
      return parseAnswer(gatewayTokenResponseSchema, await post(workerPaths.gatewayToken, request)).token;
    },
    async uploadArtifact(name, file) {
      const { size } = await stat(file);
      await call({ method: 'PUT', path: `${workerPaths.artifacts}/${name}`, file: { path: file, size } });
    },
    downloadArtifact: (name) =>
      openStream(
        { agent, controlUrl, token, signal },
        `${workerPaths.artifacts}/${encodeURIComponent(name)}`,
      ),
    deliver: async (request) =>
      parseAnswer(deliverResponseSchema, await post(workerPaths.deliver, request)).delivery,
    async lessons(request) {
      const hurried = AbortSignal.any([signal, AbortSignal.timeout(ADVICE_TIMEOUT_MS)]);
      const body = JSON.stringify(request);
      const answer = await callOnce(
        { agent, controlUrl, token, signal: hurried },
        { method: 'POST', path: workerPaths.lessons, body },
      );
      return parseAnswer(lessonsResponseSchema, answer).lessons;
    },
    settle: async (request) => void (await post(workerPaths.settle, request)),
    close: () => agent.destroy(),
  };
}

interface Connection {
  readonly agent: Agent;
  readonly controlUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

interface CallRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  readonly file?: { readonly path: string; readonly size: number };
}

/** Repeats a call for as long as the control plane is away or overloaded; every endpoint is idempotent. */
async function callWithRetry(connection: Connection, request: CallRequest): Promise<string> {
  for (let retry = 1; ; retry += 1) {
    try {
      return await callOnce(connection, request);
    } catch (error) {
      const retryable = error instanceof RunyardError && error.kind === 'retryable';
      if (!retryable || connection.signal.aborted) throw error;
      await delay(backoffDelayMs(retry, RETRY), undefined, { signal: connection.signal });
    }
  }
}

async function callOnce(connection: Connection, request: CallRequest): Promise<string> {
  const response = await send(connection, request);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return answerOrThrow(connection, response.statusCode ?? 0, text);
}

async function openStream(connection: Connection, path: string): Promise<Readable> {
  const response = await send(connection, { method: 'GET', path });
  if (response.statusCode === 200) return response;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  answerOrThrow(connection, response.statusCode ?? 0, text);
  throw runyardError('worker.protocol', { detail: `status ${response.statusCode} for ${path}` });
}

function send(connection: Connection, request: CallRequest): Promise<IncomingMessage> {
  const url = new URL(request.path, connection.controlUrl);
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, {
      method: request.method,
      agent: connection.agent,
      signal: connection.signal,
      timeout: ANSWER_TIMEOUT_MS,
      headers: headersOf(connection, request),
    });
    const fail = (detail: string, cause?: unknown) =>
      reject(runyardError('worker.control-plane-unreachable', { url: connection.controlUrl, detail }, cause));
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
    outgoing.once('error', (error) => fail(messageOf(error), error));
    outgoing.once('response', resolve);
    if (request.file) createReadStream(request.file.path).once('error', reject).pipe(outgoing);
    else outgoing.end(request.body);
  });
}

function headersOf({ token }: Connection, { body, file }: CallRequest): Record<string, string | number> {
  const authorization = `Bearer ${token}`;
  if (file) return { authorization, 'content-type': 'application/octet-stream', 'content-length': file.size };
  if (body === undefined) return { authorization };
  return { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
}

function answerOrThrow({ controlUrl }: Connection, status: number, text: string): string {
  if (status >= 200 && status < 300) return text;
  const error = parseError(text);
  if (error) throw fromErrorData(error);
  const detail = `status ${status}: ${text.slice(0, 300)}`;
  if (status >= 500) throw runyardError('worker.control-plane-unreachable', { url: controlUrl, detail });
  throw runyardError('worker.protocol', { detail });
}

function parseError(text: string): z.infer<typeof errorDataSchema> | null {
  const body = safeJson(text);
  const parsed = errorDataSchema.safeParse((body as { error?: unknown } | null)?.error);
  return parsed.success ? parsed.data : null;
}

function parseAnswer<S extends z.ZodType>(schema: S, text: string): z.infer<S> {
  const parsed = schema.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw runyardError('worker.protocol', { detail: parsed.error.message }, parsed.error);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
