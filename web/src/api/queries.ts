import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, rememberCsrfToken } from './request.ts';
import type {
  AttemptsResponse,
  DiffResponse,
  EventsResponse,
  ListRunsResponse,
  MeResponse,
  ModelCallsResponse,
  OverviewResponse,
  PlansResponse,
  QueueResponse,
  RunDetails,
  WhyResponse,
} from './types.ts';

export type Me = MeResponse;

/** How old what is shown may get when no event asks for a new reading: the net under the live stream. */
const SLOW_MS = 20_000;

export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async () => {
      const me = await get<Me>('/api/v1/me');
      rememberCsrfToken(me.csrfToken);
      return me;
    },
    staleTime: 5 * 60_000,
    retry: false,
  });
}

export function useOverview(hours = 24) {
  return useQuery({
    queryKey: ['overview', hours],
    queryFn: () => get<OverviewResponse>('/api/v1/overview', { hours }),
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
}

export function useQueue() {
  return useQuery({
    queryKey: ['queue'],
    queryFn: () => get<QueueResponse>('/api/v1/queue'),
    refetchInterval: SLOW_MS,
  });
}

export interface RunFilter {
  readonly state?: string | undefined;
  readonly repository?: string | undefined;
  readonly ticket?: string | undefined;
  readonly agent?: string | undefined;
  readonly error?: string | undefined;
  readonly since?: string | undefined;
  readonly text?: string | undefined;
  readonly limit?: number | undefined;
}

export function findRuns(filter: RunFilter & { before?: string | undefined }): Promise<ListRunsResponse> {
  return get<ListRunsResponse>('/api/v1/runs', { ...filter });
}

/** Page by page, the newest first. */
export function useRuns(filter: RunFilter) {
  return useInfiniteQuery({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam }) => findRuns({ ...filter, before: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
}

const pathOf = (id: string) => `/api/v1/runs/${encodeURIComponent(id)}`;

export function useRun(id: string) {
  return useQuery({
    queryKey: ['run', id, 'details'],
    queryFn: () => get<RunDetails>(pathOf(id)),
    refetchInterval: SLOW_MS,
  });
}

export function useWhy(id: string) {
  return useQuery({ queryKey: ['run', id, 'why'], queryFn: () => get<WhyResponse>(`${pathOf(id)}/why`) });
}

export function usePlans(id: string) {
  return useQuery({
    queryKey: ['run', id, 'plans'],
    queryFn: () => get<PlansResponse>(`${pathOf(id)}/plans`),
  });
}

export function useAttempts(id: string) {
  return useQuery({
    queryKey: ['run', id, 'attempts'],
    queryFn: () => get<AttemptsResponse>(`${pathOf(id)}/attempts`),
  });
}

export function useModelCalls(id: string) {
  return useInfiniteQuery({
    queryKey: ['run', id, 'model-calls'],
    queryFn: ({ pageParam }) =>
      get<ModelCallsResponse>(`${pathOf(id)}/model-calls`, { after: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useDiff(id: string, attempt: number | null) {
  return useQuery({
    queryKey: ['run', id, 'diff', attempt],
    queryFn: () => get<DiffResponse>(`${pathOf(id)}/diff`, { attempt: attempt ?? undefined }),
  });
}

export function useEvents(id: string) {
  return useInfiniteQuery({
    queryKey: ['run', id, 'events'],
    queryFn: ({ pageParam }) =>
      get<EventsResponse>(`${pathOf(id)}/events`, { after: pageParam, limit: EVENTS_OF_A_PAGE }),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.events.length < EVENTS_OF_A_PAGE ? undefined : page.events.at(-1)?.seq),
  });
}

const EVENTS_OF_A_PAGE = 500;

/** What changes seldom and is read when its page is opened. */
export function useReading<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}) {
  return useQuery({
    queryKey: ['reading', path, query],
    queryFn: () => get<T>(path, query),
    refetchInterval: SLOW_MS,
    placeholderData: keepPreviousData,
  });
}

/** After an action of one's own: what it changed is read again at once. */
export function useRefreshRun(id: string): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of [['run', id], ['runs'], ['overview'], ['queue']])
      void client.invalidateQueries({ queryKey: key });
  };
}
