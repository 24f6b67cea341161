import type { Agent } from 'node:http';
import type { z } from 'zod';
import { fromErrorData, messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { http } from '../lib/node-http.ts';
import {
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
  type SystemEventsQuery,
  type SystemEventsResponse,
  salvageResponseSchema,
  savedPatchResponseSchema,
  savedWorkResponseSchema,
  systemEventsResponseSchema,
  viewRoutes,
  type WhyResponse,
  whyResponseSchema,
} from './contract.ts';

/** The client's side of /api/v1. Every call rejects with a RunyardError: the server's own, or that it cannot be reached. */
export interface ApiClient {
  readonly url: string;
  health(): Promise<HealthResponse>;
  createRun(request: CreateRunRequest): Promise<RunResponse>;
  listRuns(query: ListRunsQuery): Promise<ListRunsResponse>;
  queue(): Promise<QueueResponse>;
  systemEvents(query: SystemEventsQuery): Promise<SystemEventsResponse>;
  run(id: string): Promise<RunDetails>;
  events(id: string, query: { after: number; waitMs?: number }): Promise<EventsResponse>;
  diff(id: string): Promise<DiffResponse>;
  why(id: string): Promise<WhyResponse>;
  approve(id: string, request: ApproveRequest): Promise<RunResponse>;
  cancel(id: string, request: CancelRequest): Promise<RunResponse>;
  retry(id: string, request: RetryRequest): Promise<RetryResponse>;
  rollback(id: string, request: RollbackRequest): Promise<RollbackResponse>;
  savedWork(id: string): Promise<SavedWorkResponse>;
  savedPatch(id: string, name: string): Promise<SavedPatchResponse>;
  salvage(id: string, request: SalvageRequest): Promise<SalvageResponse>;
  close(): void;
}

export interface ApiClientOptions {
  readonly url: string;
  readonly token: string;
  /** Longest time without an answer, on top of what the server was asked to wait. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

export function createApiClient({ url, token, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiClientOptions): ApiClient {
  const agent = new http.Agent({ keepAlive: true });
  const call = async <T>(
    schema: z.ZodType<T>,
    request: Omit<Call, 'url' | 'token' | 'agent'>,
  ): Promise<T> => {
    const answer = await send({
      ...request,
      url,
      token,
      agent,
      timeoutMs: timeoutMs + (request.timeoutMs ?? 0),
    });
    return readAnswer(schema, answer, url);
  };
  const get = <T>(schema: z.ZodType<T>, path: string, timeoutMs = 0) =>
    call(schema, { method: 'GET', path, timeoutMs });
  const post = <T>(schema: z.ZodType<T>, path: string, body: unknown) =>
    call(schema, { method: 'POST', path, body: JSON.stringify(body) });

  return {
    url,
    health: () => get(healthResponseSchema, apiRoutes.health),
    createRun: (request) => post(runResponseSchema, apiRoutes.runs, request),
    listRuns: ({ states, ...query }) =>
      get(listRunsResponseSchema, withQuery(apiRoutes.runs, { ...query, state: states?.join(',') })),
    queue: () => get(queueResponseSchema, apiRoutes.queue),
    systemEvents: (query) => get(systemEventsResponseSchema, withQuery(apiRoutes.systemEvents, { ...query })),
    run: (id) => get(runDetailsSchema, pathOf(apiRoutes.run, id)),
    events: (id, { after, waitMs }) =>
      get(eventsResponseSchema, withQuery(pathOf(apiRoutes.events, id), { after, waitMs }), waitMs),
    diff: (id) => get(diffResponseSchema, pathOf(apiRoutes.diff, id)),
    why: (id) => get(whyResponseSchema, pathOf(apiRoutes.why, id)),
    approve: (id, request) => post(runResponseSchema, pathOf(apiRoutes.approve, id), request),
    cancel: (id, request) => post(runResponseSchema, pathOf(apiRoutes.cancel, id), request),
    retry: (id, request) => post(retryResponseSchema, pathOf(viewRoutes.retry, id), request),
    rollback: (id, request) => post(rollbackResponseSchema, pathOf(apiRoutes.rollback, id), request),
    savedWork: (id) => get(savedWorkResponseSchema, pathOf(apiRoutes.salvage, id)),
    savedPatch: (id, name) =>
      get(
        savedPatchResponseSchema,
        pathOf(apiRoutes.salvagePatch, id).replace(':name', encodeURIComponent(name)),
      ),
    salvage: (id, request) => post(salvageResponseSchema, pathOf(apiRoutes.salvage, id), request),
    close: () => agent.destroy(),
  };
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function send({ method, path, body, url, token, agent, timeoutMs }: Call): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await new Promise<Answer>((resolve, reject) => {
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

function readAnswer<T>(schema: z.ZodType<T>, { status, body }: Answer, url: string): T {
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

function pathOf(route: string, id: string): string {
  return route.replace(':id', encodeURIComponent(id));
}

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
