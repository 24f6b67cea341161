import type { NewEvent } from '../domain/events.ts';
import type { Clock } from '../lib/clock.ts';
import type { ControlClient } from './control-client.ts';

/** Sends the worker's events in order, in batches, each exactly once (the server drops repeated sequence numbers). */
export interface EventStream {
  emit(event: NewEvent): void;
  /** Resolves when everything emitted so far is stored. */
  flush(): Promise<void>;
}

const LARGEST_BATCH = 200;
/** Well below what the server takes: escaped control characters grow sixfold. */
const LARGEST_BATCH_BYTES = 1024 * 1024;

export function createEventStream(client: Pick<ControlClient, 'events'>, clock: Clock): EventStream {
  let seq = 0;
  let sending: Promise<void> | null = null;
  const pending: { seq: number; type: string; at: string; data: unknown }[] = [];

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      const batch = nextBatch(pending);
      await client.events(batch);
      pending.splice(0, batch.length);
    }
  }

  function flush(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    emit(event) {
      seq += 1;
      pending.push({ seq, type: event.type, at: clock.now().toISOString(), data: event.data });
      // A failed send keeps its events; the next flush, which every checkpoint awaits, reports the failure.
      void flush().catch(() => undefined);
    },
    async flush() {
      while (pending.length > 0) await flush();
    },
  };
}

function nextBatch<T>(pending: readonly T[]): T[] {
  const batch: T[] = [];
  let bytes = 0;
  for (const event of pending.slice(0, LARGEST_BATCH)) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (batch.length > 0 && bytes > LARGEST_BATCH_BYTES) break;
    batch.push(event);
  }
  return batch;
}
