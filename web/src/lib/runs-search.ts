export const views = ['board', 'table'] as const;

/** What the page of runs shows, as its URL says it: a link to it shows the same to somebody else. */
export interface RunsSearch {
  readonly view?: (typeof views)[number];
  readonly state?: string;
  readonly repository?: string;
  readonly ticket?: string;
  readonly agent?: string;
  readonly error?: string;
  readonly text?: string;
  /** Hours back from now. */
  readonly hours?: number;
}

const texts = ['state', 'repository', 'ticket', 'agent', 'error', 'text'] as const;

/** Of a URL that anybody may have written: what does not fit is left out. */
export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const view = views.find((name) => name === search['view']);
  const hours = Number(search['hours']);
  const known = texts.flatMap((name) => {
    const value = search[name];
    return (typeof value === 'string' || typeof value === 'number') && value !== ''
      ? [[name, String(value)]]
      : [];
  });
  return {
    ...(view === undefined ? {} : { view }),
    ...(Number.isInteger(hours) && hours > 0 ? { hours } : {}),
    ...(Object.fromEntries(known) as Pick<RunsSearch, (typeof texts)[number]>),
  };
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The filter of the API. To the minute, so that the same page asks the same for a while. */
export function filterOf({ view: _view, hours, ...filter }: RunsSearch, now: number) {
  if (hours === undefined) return filter;
  const since = Math.floor((now - hours * HOUR_MS) / MINUTE_MS) * MINUTE_MS;
  return { ...filter, since: new Date(since).toISOString() };
}
