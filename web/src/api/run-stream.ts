import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What changes more than the log says: a new reading is due. */
const telling = [
  'run.state-changed',
  'run.recovered',
  'run.stop-requested',
  'run.delivered',
  'run.rolled-back',
  'stage.started',
  'stage.finished',
  'plan.proposed',
  'plan.approved',
  'attempt.started',
  'attempt.finished',
  'check.started',
  'check.finished',
  'verdict.reached',
  'snapshot.saved',
  'agent.activity',
];
const GATHER_MS = 500;
const RECONNECT_MS = 3_000;

/** Follows one run while its page is open. After the stream's own end (the run is settled) it looks again when the run changes. */
export function useRunStream(runId: string): void {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | null = null;
    let later: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      later ??= setTimeout(() => {
        later = undefined;
        void client.invalidateQueries({ queryKey: ['run', runId] });
      }, GATHER_MS);
    };
    const open = () => {
      source = new EventSource(`/api/v1/runs/${encodeURIComponent(runId)}/stream`);
      for (const type of telling) source.addEventListener(type, changed);
      source.addEventListener('end', () => {
        changed();
        source?.close();
      });
      source.addEventListener('error', () => {
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, RECONNECT_MS);
      });
    };
    open();
    return () => {
      source?.close();
      clearTimeout(later);
      clearTimeout(again);
    };
  }, [client, runId]);
}
