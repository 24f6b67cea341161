import { eventText } from '../../domain/event-text.ts';
import { parseNewEvent } from '../../domain/events.ts';
import type { EventView } from '../contract.ts';

/** An event as a line; only its kind, when this version does not know it. */
export function lineOf({ type, data }: EventView): string {
  try {
    return eventText(parseNewEvent(type, data)) || type;
  } catch {
    return type;
  }
}
