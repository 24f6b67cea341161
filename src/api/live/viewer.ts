import {
  isAtOrAfter,
  isSamePosition,
  type LogPosition,
  parseLogPosition,
} from '../../events/log-position.ts';
import { readLog } from '../../events/read-log.ts';
import type { Db } from '../../store/schema.ts';
import { type Frame, type FrameFilter, fits, frameOf, placeFrame } from './frame.ts';
import type { LiveEvents, Seat } from './hub.ts';
import type { Ring } from './ring.ts';

export interface ViewerRequest {
  readonly db: Db;
  readonly live: LiveEvents;
  readonly filter: FrameFilter;
  /** The `id` that the viewer saw last; null: it begins now. */
  readonly after: string | null;
  readonly heartbeatMs: number;
  /** Events that it is given again from the log. */
  readonly farthestBack: number;
  /** It left. */
  readonly gone: AbortSignal;
}

const RECONNECT_MS = 1_000;
/** Of one piece of text, unless one frame alone is longer. */
const MOST_CHARACTERS = 64 * 1024;
/** Older than every frame: what is missing is in the log. */
const BEHIND = -1;

/**
 * What one viewer gets, as text to send. Nothing is made before it is asked for, so a viewer that does not read holds one piece; one that is
 * behind the ring reads from the log what it missed, and then goes on at the ring.
 */
export async function* viewerText(request: ViewerRequest): AsyncGenerator<string> {
  const { live, filter, after, heartbeatMs, gone } = request;
  const seat = await live.join(filter);
  gone.addEventListener('abort', seat.leave, { once: true });
  try {
    const start = findStart(seat.ring, after);
    Object.assign(seat, start.place);
    yield `retry: ${RECONNECT_MS}\n\n${start.reset}${readyFrame(seat.position)}`;
    while (!gone.aborted) {
      if (seat.next < seat.ring.first) {
        yield* fromLog(request, seat);
        continue;
      }
      const text = takeFromRing(seat, filter);
      if (text !== '') yield text;
      if (gone.aborted) return;
      const outcome = await seat.wait(heartbeatMs);
      if (outcome === 'closing') return;
      if (outcome === 'lost') {
        yield ': the log of events cannot be read just now; come back\n\n';
        return;
      }
      if (outcome === 'quiet') yield placeFrame(seat.position, ': still here\n');
    }
  } finally {
    seat.leave();
  }
}

interface Start {
  readonly place: { readonly next: number; readonly position: LogPosition };
  readonly reset: string;
}

function findStart(ring: Ring, after: string | null): Start {
  const now = { next: ring.end, position: ring.position };
  if (after === null) return { place: now, reset: '' };
  const position = parseLogPosition(after);
  if (!position || !isAtOrAfter(ring.position, position))
    return { place: now, reset: resetFrame('The place to go on from is not one of this database.') };
  return { place: { next: ring.after(position) ?? BEHIND, position }, reset: '' };
}

function resetFrame(problem: string): string {
  const reason = `${problem} Read again what is shown; new events follow.`;
  return `event: reset\ndata: ${JSON.stringify({ reason })}\n\n`;
}

function readyFrame(position: LogPosition): string {
  return placeFrame(position).replace(/\n$/, 'event: ready\ndata: {}\n\n');
}

/** Between two pages there is always a piece of text: there a viewer that left, stalls or was here for too long is let go. */
async function* fromLog({ db, filter, farthestBack }: ViewerRequest, seat: Seat): AsyncGenerator<string> {
  const { end, position: upTo } = seat.ring;
  let read = 0;
  for await (const { entries, position } of readLog(db, { after: seat.position, upTo })) {
    const frames = entries.map(frameOf).filter((frame) => fits(filter, frame));
    for (let taken = 0; taken < frames.length; ) {
      const piece = pieceOf(frames.slice(taken));
      taken += piece.length;
      yield textOf(piece, taken < frames.length ? null : position);
    }
    if (frames.length === 0) yield placeFrame(position);
    seat.position = position;
    read += entries.length;
    if (read >= farthestBack && !isSamePosition(position, upTo)) {
      Object.assign(seat, { next: seat.ring.end, position: seat.ring.position });
      yield placeFrame(seat.position, resetFrame('The place to go on from is too far back.'));
      return;
    }
  }
  seat.next = end;
}

/** At most one piece; there may be more. */
function takeFromRing(seat: Seat, filter: FrameFilter): string {
  const rest = seat.ring.from(seat.next);
  const piece = pieceOf(rest, filter);
  seat.next += piece.length;
  seat.position = piece.length === rest.length ? seat.ring.position : (lastPosition(piece) ?? seat.position);
  const wanted = piece.filter((frame) => fits(filter, frame));
  return wanted.length === 0 ? '' : textOf(wanted, lastPosition(piece));
}

/** The first frames, until those that fit are a piece of text. */
function pieceOf(frames: readonly Frame[], filter?: FrameFilter): readonly Frame[] {
  let characters = 0;
  const end = frames.findIndex((frame) => {
    if (!filter || fits(filter, frame)) characters += frame.text.length;
    return characters > MOST_CHARACTERS;
  });
  return end === -1 ? frames : frames.slice(0, Math.max(1, end));
}

function lastPosition(frames: readonly Frame[]): LogPosition | null {
  return frames.findLast(({ position }) => position !== null)?.position ?? null;
}

/** `position`: the place after these and after what was left out behind them. */
function textOf(frames: readonly Frame[], position: LogPosition | null): string {
  const place = position === null || frames.at(-1)?.position === position ? '' : placeFrame(position);
  return frames.map(({ text }) => text).join('') + place;
}
