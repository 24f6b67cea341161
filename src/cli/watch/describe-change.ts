import type { StreamMessage } from '../../api/contract.ts';
import { type NewEvent, parseNewEvent } from '../../domain/events.ts';
import { clean, oneLine } from '../clean.ts';

/** A change as a line for people who keep or search the output; null: not a change of the kind one watches for. */
export function describeChange({ event, data }: StreamMessage, columns: number): string | null {
  if (event === 'ready') return null;
  if (event === 'reset') return data.reason;
  const [about, change] =
    event === 'system'
      ? [data.subject, `${data.type}: ${data.data.message ?? ''}`]
      : [data.runId, changeOf(data.type, data.data)];
  if (change === null) return null;
  const start = `${data.at.slice(0, 19)}Z  ${clean(about).padEnd(12)}  `;
  return start + oneLine(change, Math.max(40, columns - start.length));
}

function changeOf(type: string, data: unknown): string | null {
  const event = parse(type, data);
  switch (event?.type) {
    case 'run.accepted':
      return `accepted: ${event.data.title} (${event.data.repository})`;
    case 'run.state-changed':
      return [
        event.data.to.replace('_', ' '),
        event.data.waitReason && `for ${event.data.waitReason}`,
        event.data.error && `${event.data.error.code}: ${event.data.error.what}`,
      ]
        .filter(Boolean)
        .join(' ');
    case 'stage.started':
      return `stage ${event.data.stage}${event.data.attempt > 0 ? `, attempt ${event.data.attempt}` : ''}`;
    case 'verdict.reached':
      return `checks ${event.data.status}: ${event.data.summary}`;
    case 'run.stop-requested':
      return `${event.data.mode} asked for by ${event.data.by}: ${event.data.reason}`;
    case 'run.delivered':
      return `delivered ${event.data.commit.slice(0, 12)} on ${event.data.branch}`;
    default:
      return null;
  }
}

function parse(type: string, data: unknown): NewEvent | null {
  try {
    return parseNewEvent(type, data);
  } catch {
    return null;
  }
}
