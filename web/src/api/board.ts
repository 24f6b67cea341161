import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { type Column, columnOf, columns } from '../lib/state-words.ts';
import { findRuns, type RunFilter } from './queries.ts';
import type { ListRunsResponse, RunView } from './types.ts';

const RUNS_OF_A_QUESTION = 50;
const SLOW_MS = 20_000;

/** Each is asked for by itself: among the newest of all runs those that wait for somebody may not be. */
const questions: readonly (readonly RunView['state'][])[] = [
  ['queued'],
  ['starting', 'running'],
  ['waiting'],
  ['succeeded'],
  ['failed', 'timed_out', 'cancelled'],
];

export interface BoardColumn {
  readonly id: Column;
  readonly runs: readonly RunView[];
  /** There are more than these. */
  readonly more: boolean;
  readonly states: string;
}

/** The board of what fits a filter, column by column; null until all of it was read. */
export function useBoard({ state, ...filter }: RunFilter) {
  const wanted = state?.split(',');
  const asked = questions
    .map((states) => states.filter((one) => wanted?.includes(one) ?? true))
    .filter((states) => states.length > 0);
  return useQueries({
    queries: asked.map((states) => {
      const question = { ...filter, state: states.join(','), limit: RUNS_OF_A_QUESTION };
      return {
        queryKey: ['runs', 'board', question],
        queryFn: () => findRuns(question),
        refetchInterval: SLOW_MS,
        placeholderData: keepPreviousData,
      };
    }),
    combine: (results) => ({
      columns: results.every(({ data }) => data !== undefined)
        ? columnsOf(
            asked,
            results.flatMap(({ data }) => data ?? []),
          )
        : null,
      error: results.find(({ error }) => error !== null)?.error ?? null,
      isOld: results.some(({ isPlaceholderData }) => isPlaceholderData),
      refetch: () => {
        for (const { refetch } of results) void refetch();
      },
    }),
  });
}

function columnsOf(
  asked: readonly (readonly string[])[],
  answers: readonly ListRunsResponse[],
): BoardColumn[] {
  const runs = answers.flatMap((answer) => answer.runs);
  return columns.map(({ id }) => {
    const own = runs.filter((run) => columnOf(run) === id);
    const states = id === 'needs-you' ? 'waiting' : (statesOfColumn[id] ?? '');
    const more = answers.some(
      ({ next }, index) => next !== null && asked[index]?.some((state) => states.includes(state)),
    );
    return { id, runs: own, more, states };
  });
}

const statesOfColumn: Partial<Record<Column, string>> = {
  queued: 'queued',
  working: 'starting,running,waiting',
  delivered: 'succeeded',
  ended: 'failed,timed_out,cancelled',
};
