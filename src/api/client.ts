import type { Agent } from 'node:http';
import type { z } from 'zod';
import { fromErrorData, messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { http } from '../lib/node-http.ts';
import { type AccessClient, accessClient } from './access-client.ts';
import {
  type AnswerRequest,
  type ApproveRequest,
  apiErrorSchema,
  apiRoutes,
  type CancelRequest,
  type CreateRunRequest,
  type DiffResponse,
  diffResponseSchema,
  type EventsResponse,
  eventsResponseSchema,
  type HealthResponse,
  healthResponseSchema,
  type ListRunsQuery,
  type ListRunsResponse,
  listRunsResponseSchema,
  type PlansResponse,
  plansResponseSchema,
  type QueueResponse,
  queueResponseSchema,
  type RetryRequest,
  type RetryResponse,
  type RollbackRequest,
  type RollbackResponse,
  type RunDetails,
  type RunResponse,
  retryResponseSchema,
  rollbackResponseSchema,
  runDetailsSchema,
  runResponseSchema,
  type SalvageRequest,
  type SalvageResponse,
  type SavedPatchResponse,
  type SavedWorkResponse,
  type SendBackRequest,
  type SubmitTicketRequest,
  type SystemEventsQuery,
  type SystemEventsResponse,
  salvageResponseSchema,
  savedPatchResponseSchema,
  savedWorkResponseSchema,
  systemEventsResponseSchema,
  ticketRoutes,
  viewRoutes,
  type WhyResponse,
  whyResponseSchema,
} from './contract.ts';
import { type LessonClient, lessonClient } from './lesson-client.ts';
import { pathOf, withQuery } from './query-text.ts';
import { readStream, type Streamed, type StreamRequest } from './read-stream.ts';
import { type ViewClient, viewClient } from './view-client.ts';

export type { Streamed } from './read-stream.ts';

/** The client's side of /api/v1. Every call rejects with a RunyardError: the server's own, or that it cannot be reached. */
export interface ApiClient {
  readonly url: string;
  health(): Promise<HealthResponse>;
  createRun(request: CreateRunRequest): Promise<RunResponse>;
  submitTicket(request: SubmitTicketRequest): Promise<RunResponse>;
  listRuns(query: ListRunsQuery): Promise<ListRunsResponse>;
  queue(): Promise<QueueResponse>;
  systemEvents(query: SystemEventsQuery): Promise<SystemEventsResponse>;
  /** Events of all runs and of the system, until the signal. */
  stream(request: StreamRequest): AsyncGenerator<Streamed>;
  run(id: string): Promise<RunDetails>;
  events(id: string, query: { after: number; waitMs?: number; limit?: number }): Promise<EventsResponse>;
  /** `attempt`: what this one changed. Default: what was or would be delivered. */
  diff(id: string, query?: { attempt?: number }): Promise<DiffResponse>;
  why(id: string): Promise<WhyResponse>;
  plans(id: string): Promise<PlansResponse>;
  sendBack(id: string, request: SendBackRequest): Promise<RunResponse>;
  answer(id: string, request: AnswerRequest): Promise<RunResponse>;
  approve(id: string, request: ApproveRequest): Promise<RunResponse>;
  cancel(id: string, request: CancelRequest): Promise<RunResponse>;
  retry(id: string, request: RetryRequest): Promise<RetryResponse>;
  rollback(id: string, request: RollbackRequest): Promise<RollbackResponse>;
  savedWork(id: string): Promise<SavedWorkResponse>;
  savedPatch(id: string, name: string): Promise<SavedPatchResponse>;
  salvage(id: string, request: SalvageRequest): Promise<SalvageResponse>;
  /** Tokens, sign-in links and the audit log. */
  readonly access: AccessClient;
  /** The whole at a glance, and the parts of one run. */
  readonly views: ViewClient;
  /** What earlier runs learned. */
  readonly lessons: LessonClient;
  close(): void;
}

/** How MCP tools reach the control plane. */
export interface McpBackend {
  /** Asks for something that changes nothing, so that it may be asked again when the control plane was replaced. */
  read<T>(ask: (api: ApiClient) => Promise<T>): Promise<T>;
  /** Asks once. */
  write<T>(ask: (api: ApiClient) => Promise<T>): Promise<T>;
  /** Waits with many requests; rejects when too many do already. Absent: as many as there are. */
  wait?<T>(work: () => Promise<T>): Promise<T>;
  /** Who asks when a tool is not told, for the record; undefined: whoever the API knows by the token. */
  readonly by: string | undefined;
  /** Aborts when what answers is about to end: who waits is told how things stand. */
  readonly ending?: AbortSignal;
  /** A repository as the user wrote it, as the control plane must be told. */
  repositoryOf(written: string): string;
}

export interface ApiClientOptions {
  readonly url: string;
  readonly token: string;
  /** Who it asks for, as the audit log says it. Default: cli. */
  readonly client?: 'cli' | 'mcp';
  /** Longest time without an answer, on top of what the server was asked to wait. */
  readonly timeoutMs?: number;
  /** Another way to the API than a connection: from within its own process. */
  readonly exchange?: (request: Exchange) => Promise<ExchangeAnswer>;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly body: string;
}

const DEFAULT_TIMEOUT_MS = 60_000;

export function createApiClient({
  url,
  token,
  client = 'cli',
  timeoutMs = DEFAULT_TIMEOUT_MS,
  exchange = send,
}: ApiClientOptions): ApiClient {
  const agent = new http.Agent({ keepAlive: true });
  const call = async <T>(
    schema: z.ZodType<T>,
    request: Omit<Exchange, 'url' | 'token' | 'agent' | 'userAgent'>,
  ): Promise<T> => {
    const answer = await exchange({
      ...request,
      url,
      token,
      agent,
      userAgent: `runyard-${client}`,
      timeoutMs: timeoutMs + (request.timeoutMs ?? 0),
    });
    return readAnswer(schema, answer, url);
  };
  const get = <T>(schema: z.ZodType<T>, path: string, timeoutMs = 0) =>
    call(schema, { method: 'GET', path, timeoutMs });
  const post = <T>(schema: z.ZodType<T>, path: string, body: unknown) =>
    call(schema, { method: 'POST', path, body: JSON.stringify(body) });
  const remove = <T>(schema: z.ZodType<T>, path: string) => call(schema, { method: 'DELETE', path });

  return {
    url,
    health: () => get(healthResponseSchema, apiRoutes.health),
    createRun: (request) => post(runResponseSchema, apiRoutes.runs, request),
    submitTicket: (request) => post(runResponseSchema, ticketRoutes.tickets, request),
    listRuns: ({ states, ...query }) =>
      get(listRunsResponseSchema, withQuery(apiRoutes.runs, { ...query, state: states?.join(',') })),
    queue: () => get(queueResponseSchema, apiRoutes.queue),
    systemEvents: (query) => get(systemEventsResponseSchema, withQuery(apiRoutes.systemEvents, { ...query })),
    stream: (request) => readStream({ url, token, agent }, request),
    run: (id) => get(runDetailsSchema, pathOf(apiRoutes.run, id)),
    events: (id, { after, waitMs, limit }) =>
      get(eventsResponseSchema, withQuery(pathOf(apiRoutes.events, id), { after, waitMs, limit }), waitMs),
    diff: (id, query = {}) => get(diffResponseSchema, withQuery(pathOf(apiRoutes.diff, id), { ...query })),
    why: (id) => get(whyResponseSchema, pathOf(apiRoutes.why, id)),
    plans: (id) => get(plansResponseSchema, pathOf(apiRoutes.plans, id)),
    sendBack: (id, request) => post(runResponseSchema, pathOf(apiRoutes.sendBack, id), request),
    answer: (id, request) => post(runResponseSchema, pathOf(apiRoutes.answer, id), request),
    approve: (id, request) => post(runResponseSchema, pathOf(apiRoutes.approve, id), request),
    cancel: (id, request) => post(runResponseSchema, pathOf(apiRoutes.cancel, id), request),
    retry: (id, request) => post(retryResponseSchema, pathOf(viewRoutes.retry, id), request),
    rollback: (id, request) => post(rollbackResponseSchema, pathOf(apiRoutes.rollback, id), request),
    savedWork: (id) => get(savedWorkResponseSchema, pathOf(apiRoutes.salvage, id)),
    savedPatch: (id, name) => get(savedPatchResponseSchema, pathOf(apiRoutes.salvagePatch, id, name)),
    salvage: (id, request) => post(salvageResponseSchema, pathOf(apiRoutes.salvage, id), request),
    access: accessClient({ get, post, remove }),
    views: viewClient({ get, post }),
    lessons: lessonClient({ get, remove }),
    close: () => agent.destroy(),
  };
}

/** One request as it is sent. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
  readonly userAgent: string;
  readonly timeoutMs?: number;
}

async function send({
  method,
  path,
  body,
  url,
  token,
  agent,
  userAgent,
  timeoutMs,
}: Exchange): Promise<ExchangeAnswer> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'user-agent': userAgent,
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await new Promise<ExchangeAnswer>((resolve, reject) => {
      const request = http.request(new URL(path, url), { method, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('The answer was cut off.')));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      request.setTimeout(timeoutMs ?? DEFAULT_TIMEOUT_MS, () =>
        request.destroy(new Error('It did not answer in time.')),
      );
      request.on('error', reject);
      request.end(body);
    });
  } catch (error) {
    throw runyardError('cli.control-plane-unreachable', { url, detail: messageOf(error) }, error);
  }
}

function readAnswer<T>(schema: z.ZodType<T>, { status, body }: ExchangeAnswer, url: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw runyardError('cli.unexpected-answer', {
      url,
      detail: `HTTP ${status} without JSON: ${body.slice(0, 200)}`,
    });
  }
  const failed = apiErrorSchema.pick({ error: true }).safeParse(json);
  if (failed.success) throw fromErrorData(failed.data.error);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const detail = `HTTP ${status}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`;
  throw runyardError('cli.unexpected-answer', { url, detail });
}
