import type { z } from 'zod';
import {
  type AgentsResponse,
  type AttemptsResponse,
  agentsResponseSchema,
  attemptsResponseSchema,
  type ModelCallsResponse,
  modelCallsResponseSchema,
  type NodesResponse,
  nodesResponseSchema,
  type OverviewResponse,
  overviewResponseSchema,
  type ProvidersResponse,
  providersResponseSchema,
  type ReceiptKeysResponse,
  type ReceiptResponse,
  type RepositoriesResponse,
  type RepositoryResponse,
  receiptKeysResponseSchema,
  receiptResponseSchema,
  receiptRoutes,
  repositoriesResponseSchema,
  repositoryResponseSchema,
  type SeenRequest,
  type SeenResponse,
  seenResponseSchema,
  viewRoutes,
} from './contract.ts';
import { pathOf, withQuery } from './query-text.ts';

/** The part of the API about the whole at a glance, and the parts of one run. */
export interface ViewClient {
  overview(query: { hours: number }): Promise<OverviewResponse>;
  repositories(): Promise<RepositoriesResponse>;
  /** Under exactly the name that its runs give it. */
  repository(name: string): Promise<RepositoryResponse>;
  agents(): Promise<AgentsResponse>;
  providers(): Promise<ProvidersResponse>;
  nodes(): Promise<NodesResponse>;
  attempts(run: string): Promise<AttemptsResponse>;
  modelCalls(run: string, query: { limit: number; after?: string }): Promise<ModelCallsResponse>;
  receipt(run: string): Promise<ReceiptResponse>;
  receiptKeys(): Promise<ReceiptKeysResponse>;
  seen(run: string, request: SeenRequest): Promise<SeenResponse>;
}

interface Ask {
  readonly get: <T>(schema: z.ZodType<T>, path: string) => Promise<T>;
  readonly post: <T>(schema: z.ZodType<T>, path: string, body: unknown) => Promise<T>;
}

export function viewClient({ get, post }: Ask): ViewClient {
  return {
    overview: (query) => get(overviewResponseSchema, withQuery(viewRoutes.overview, query)),
    repositories: () => get(repositoriesResponseSchema, viewRoutes.repositories),
    repository: (repository) =>
      get(repositoryResponseSchema, withQuery(viewRoutes.repository, { repository })),
    agents: () => get(agentsResponseSchema, viewRoutes.agents),
    providers: () => get(providersResponseSchema, viewRoutes.providers),
    nodes: () => get(nodesResponseSchema, viewRoutes.nodes),
    attempts: (run) => get(attemptsResponseSchema, pathOf(viewRoutes.attempts, run)),
    modelCalls: (run, query) =>
      get(modelCallsResponseSchema, withQuery(pathOf(viewRoutes.modelCalls, run), query)),
    receipt: (run) => get(receiptResponseSchema, pathOf(receiptRoutes.receipt, run)),
    receiptKeys: () => get(receiptKeysResponseSchema, receiptRoutes.keys),
    seen: (run, request) => post(seenResponseSchema, pathOf(viewRoutes.seen, run), request),
  };
}
