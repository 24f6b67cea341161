import type { ApiClient } from '../../src/api/client.ts';
import { type EventView, longestEventWaitMs } from '../../src/api/contract.ts';
import type { RunSpec } from '../../src/domain/run.ts';

export async function start(api: ApiClient, spec: RunSpec): Promise<string> {
  const { run } = await api.createRun({ spec, by: 'bench' });
  return run.id;
}

/** Waits for the end of a run, and gives all its events; throws when it did not succeed. */
export async function succeeded(api: ApiClient, id: string): Promise<EventView[]> {
  const seen = await eventsUntil(api, id, () => false);
  const { run } = await api.run(id);
  if (run.state === 'succeeded') return seen;
  const why = run.error
    ? `${run.error.what} ${run.error.why}`
    : `it waits for ${run.waitReason ?? 'nothing'}`;
  throw new Error(`run ${id} ended ${run.state}: ${why}`);
}

/** Events of a run up to the first that fits, or to its end. */
export async function eventsUntil(
  api: ApiClient,
  id: string,
  fits: (event: EventView) => boolean,
): Promise<EventView[]> {
  const seen: EventView[] = [];
  for (;;) {
    const { events, ended } = await api.events(id, {
      after: seen.at(-1)?.seq ?? 0,
      waitMs: longestEventWaitMs,
    });
    seen.push(...events);
    if (ended || events.some(fits)) return seen;
  }
}
