const LF = 0x0a;
const CR = 0x0d;

/** An event longer than this is passed on unread; no provider sends one. */
const LONGEST_EVENT_BYTES = 8 * 1024 * 1024;

/** Cuts a byte stream into server-sent events without changing a byte (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventSplitter {
  /** The events that are complete now, each with its closing empty line. */
  push(chunk: Buffer): Buffer[];
  /** What came after the last complete event. */
  rest(): Buffer;
}

export function eventSplitter(): EventSplitter {
  let held: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const events: Buffer[] = [];
      for (let end = endOfEvent(held); end > 0; end = endOfEvent(held)) {
        events.push(held.subarray(0, end));
        held = held.subarray(end);
      }
      if (held.length > LONGEST_EVENT_BYTES) {
        events.push(held);
        held = Buffer.alloc(0);
      }
      return events;
    },
    rest: () => held,
  };
}

/** The data of an event: its `data:` lines joined. Empty for comments and keep-alives. */
export function eventData(event: Buffer): string {
  return event
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).replace(/^ /, ''))
    .join('\n');
}

/** Index after the first empty line, or 0. */
function endOfEvent(bytes: Buffer): number {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF) return next + 1;
  }
  return 0;
}
