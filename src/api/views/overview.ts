import { type FailureSide, failureSide, failureSides } from '../../domain/failure-side.ts';
import { runStates } from '../../domain/run-state.ts';
import { addMs } from '../../lib/deadline.ts';
import { listBreakers, type StoredBreaker } from '../../store/breakers.ts';
import { databaseNow } from '../../store/database-now.ts';
import { type EndedFigures, type EndedWindow, endedFigures } from '../../store/ended-runs.ts';
import { type FailureCategory, failureCategories } from '../../store/failure-categories.ts';
import { type Attention, needsAttention } from '../../store/needs-attention.ts';
import { type OpenGroup, openGroups } from '../../store/open-runs.ts';
import type { NeedsYou, OverviewResponse } from '../contract.ts';
import type { ViewSources } from '../view-sources.ts';
import { breakerView, endedCounts, spentView } from './figures.ts';
import { type NodeDependencies, nodeViews } from './nodes.ts';
import { countWhere, holdsPlace, mostRunsOf } from './open-counts.ts';

const HOUR_MS = 60 * 60_000;
/** A series has at most so many parts. */
const MOST_PARTS = 72;
const MOST_OF_A_KIND = 50;
const MOST_CATEGORIES = 10;

/** Everything of the first page, from counts over indexes; events are not read but for the few runs it names. */
export async function overview(dependencies: NodeDependencies, hours: number): Promise<OverviewResponse> {
  const { queue, views } = dependencies;
  const { db } = queue.store;
  const until = await databaseNow(db);
  const window = { since: addMs(until, -hours * HOUR_MS), until, partMs: partOf(hours) };
  const [attention, figures, categories, open, breakers, nodes] = await Promise.all([
    needsAttention(db, { ...window, limit: MOST_OF_A_KIND }),
    endedFigures(db, window),
    failureCategories(db, window),
    openGroups(db),
    listBreakers(db),
    nodeViews(dependencies),
  ]);
  const { whole, parts } = figures;
  return {
    at: until.toISOString(),
    hours,
    needsYou: attention.runs.map(needsYouView),
    needsYouTotals: attention.totals,
    states: statesOf(open, whole),
    ended: endedCounts(whole),
    failures: sidesOf(categories),
    durations: { medianMs: whole.medianMs, p95Ms: whole.p95Ms },
    series: { partMs: window.partMs, parts: seriesOf(window, parts) },
    selfHeal: {
      hurt: whole.hurt,
      healed: whole.healed,
      rate: whole.hurt === 0 ? null : whole.healed / whole.hurt,
    },
    failureCategories: categories.slice(0, MOST_CATEGORIES).map(({ code, count, example }) => ({
      code,
      side: failureSide(code),
      count,
      example: { ...example, at: example.at.toISOString() },
    })),
    spent: {
      ...spentView(whole),
      unknownCostRuns: whole.unknownCostRuns,
      usdPerDelivered:
        whole.delivered === 0 || whole.unknownCostRuns > 0 ? null : whole.cost.usd / whole.delivered,
    },
    queue: queueOf(open, views),
    providers: providersOf(open, breakers, views),
    agentsInTrouble: breakers.flatMap(({ breaker }) =>
      breaker.key.startsWith('agent:') && breaker.state !== 'closed'
        ? [{ name: breaker.key.slice('agent:'.length), breaker: breakerView(breaker) }]
        : [],
    ),
    nodes,
  };
}

function partOf(hours: number): number {
  return Math.ceil(hours / MOST_PARTS) * HOUR_MS;
}

function needsYouView({ since, until, ...run }: Attention): NeedsYou {
  return { ...run, since: since.toISOString(), until: until?.toISOString() ?? null };
}

function statesOf(open: readonly OpenGroup[], whole: EndedFigures): OverviewResponse['states'] {
  const ended: Readonly<Record<string, number>> = {
    succeeded: whole.delivered,
    failed: whole.failed,
    cancelled: whole.cancelled,
    timed_out: whole.timedOut,
  };
  const counts = runStates.map((state) => [
    state,
    ended[state] ?? countWhere(open, (group) => group.state === state),
  ]);
  return Object.fromEntries(counts) as OverviewResponse['states'];
}

function sidesOf(categories: readonly FailureCategory[]): OverviewResponse['failures'] {
  const sum = (side: FailureSide) =>
    categories.reduce((total, { code, count }) => (failureSide(code) === side ? total + count : total), 0);
  return Object.fromEntries(failureSides.map((side) => [side, sum(side)])) as OverviewResponse['failures'];
}

function seriesOf({ since, until, partMs }: EndedWindow, parts: ReadonlyMap<number, EndedFigures>) {
  const count = Math.ceil((until.getTime() - since.getTime()) / partMs);
  return Array.from({ length: count }, (_, index) => {
    // What ended at the very end of the window belongs to its last part.
    const found = [parts.get(index), index === count - 1 ? parts.get(count) : undefined];
    const sum = (of: (figures: EndedFigures) => number) =>
      found.reduce((total, figures) => total + (figures ? of(figures) : 0), 0);
    return {
      at: addMs(since, index * partMs).toISOString(),
      ended: sum((figures) => figures.ended),
      delivered: sum((figures) => figures.delivered),
      failed: sum((figures) => figures.failed + figures.timedOut),
      cancelled: sum((figures) => figures.cancelled),
      medianMs: found.find((figures) => figures !== undefined)?.medianMs ?? null,
    };
  });
}

function queueOf(open: readonly OpenGroup[], { limits }: ViewSources): OverviewResponse['queue'] {
  const queued = open.filter(({ state }) => state === 'queued');
  const oldest = Math.min(...queued.map(({ oldestAt }) => oldestAt.getTime()));
  return {
    waiting: countWhere(queued, () => true),
    oldestAt: queued.length === 0 ? null : new Date(oldest).toISOString(),
    mostWaiting: limits.maxQueued,
    places: { running: countWhere(open, holdsPlace), mostRuns: limits.maxRuns },
    mostRunsPerRepository: limits.maxRunsPerRepository,
  };
}

function providersOf(
  open: readonly OpenGroup[],
  breakers: readonly StoredBreaker[],
  { providers, limits }: ViewSources,
): OverviewResponse['providers'] {
  const known = new Map(breakers.map(({ breaker }) => [breaker.key, breaker]));
  const inTrouble = breakers.flatMap(({ breaker: { key, state } }) =>
    key.startsWith('provider:') && state !== 'closed' ? [key.slice('provider:'.length)] : [],
  );
  const names = [...new Set([...providers.map(({ name }) => name), ...inTrouble])].sort();
  return names.map((name) => ({
    name,
    breaker: breakerView(known.get(`provider:${name}`)),
    running: countWhere(open, (group) => holdsPlace(group) && group.provider === name),
    mostRuns: mostRunsOf(limits.providers, name, limits.maxRunsPerProvider),
  }));
}
