export const runTabs = ['timeline', 'log', 'plan', 'diff', 'checks', 'model-calls', 'events'] as const;
export type RunTab = (typeof runTabs)[number];

export interface RunSearch {
  readonly tab?: RunTab;
  readonly attempt?: number;
  readonly file?: string;
}

/** Of a URL that anybody may have written: what does not fit is left out. */
export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const tab = runTabs.find((name) => name === search['tab']);
  const attempt = Number(search['attempt']);
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(Number.isInteger(attempt) && attempt > 0 ? { attempt } : {}),
    ...(typeof search['file'] === 'string' ? { file: search['file'] } : {}),
  };
}
