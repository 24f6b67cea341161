import type { EventView } from '../../api/contract.ts';
import { formatDuration } from '../../lib/deadline.ts';
import type { Terminal } from '../terminal.ts';
import { activityOf, describeEvent } from './describe-event.ts';

export interface Progress {
  event(event: EventView): void;
  note(text: string): void;
  end(): void;
}

const REDRAW_MS = 250;
const SPINNER = ['-', '\\', '|', '/'];
const MARGIN = 24;

/** Prints events as they come; on a live terminal a status line below says what goes on and for how long. */
export function createProgress(terminal: Terminal, startedAt: Date, now: () => Date): Progress {
  let activity = 'waiting for a worker';
  let frame = 0;
  const redraw = () => {
    const spinner = SPINNER[frame++ % SPINNER.length];
    terminal.status(`${spinner} ${formatDuration(now().getTime() - startedAt.getTime())}  ${activity}`);
  };
  const timer = terminal.live ? setInterval(redraw, REDRAW_MS) : null;

  return {
    event(event) {
      activity = activityOf(event) ?? activity;
      const width = Math.max(40, terminal.columns - MARGIN);
      const lines = describeEvent(event, { style: terminal.style, width, startedAt, detail: 'short' });
      if (lines.length > 0) terminal.out(lines.join('\n'));
    },
    note: (text) => terminal.out(text),
    end() {
      if (timer) clearInterval(timer);
      terminal.status('');
    },
  };
}
