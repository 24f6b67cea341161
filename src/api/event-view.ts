import type { RunEvent } from '../domain/events.ts';
import type { EventView } from './contract.ts';

export function toEventView({ runId, seq, at, type, data }: RunEvent): EventView {
  return { runId, seq, at: at.toISOString(), type, data };
}
