import type { LogPosition } from '../../events/log-position.ts';
import { currentLogPosition, readLog } from '../../events/read-log.ts';
import type { Db } from '../../store/schema.ts';
import { type Frame, type FrameFilter, fits, frameOf } from './frame.ts';
import { createRing, type Ring, type RingLimits } from './ring.ts';

/**
 * The one reader of the log of events on this node. States: idle (no viewer, nothing is read and nothing kept) and reading (the ring holds what
 * is new since then). Invariant: every frame that is added to the ring is handed on to every viewer, or is there when it looks.
 */
export interface LiveEvents {
  /** Something may be new; without viewers it does nothing. */
  wake(): void;
  /** Joins; what is committed from here on is after `ring.position`. */
  join(filter: FrameFilter): Promise<Seat>;
  /** Lets every viewer go: the server is about to end. */
  close(): void;
}

/** One viewer at the ring. */
export interface Seat {
  readonly ring: Ring;
  /** Number of the first frame that it has not looked at. */
  next: number;
  /** It has seen, or did not want, all that this place sees. */
  position: LogPosition;
  /** Resolves when there is something to look at, after `waitMs`, when the log could not be read, or when the server is about to end. What it does not want is passed over. */
  wait(waitMs: number): Promise<Outcome>;
  leave(): void;
}

/** `lost`: what happens is not known here any more, so whoever goes on showing what was true is wrong. */
type Outcome = 'look' | 'quiet' | 'lost' | 'closing';

export interface LiveOptions {
  readonly db: Db;
  readonly onError: (error: unknown, during: string) => void;
  readonly limits?: RingLimits;
  /** What comes within this time is read at once. */
  readonly gatherMs?: number;
  /** Looks also when nobody told that there is something. */
  readonly lookEveryMs?: number;
}

interface Viewer {
  readonly filter: FrameFilter;
  /** null: it has not joined yet. */
  seat: Seat | null;
  /** null: it does not wait. */
  resolve: ((outcome: Outcome) => void) | null;
  /** The log could not be read since it joined. */
  lost: boolean;
}

const RING: RingLimits = { frames: 4096, characters: 8 * 1024 * 1024 };

export function createLiveEvents(options: LiveOptions): LiveEvents {
  const { db, onError, limits = RING, gatherMs = 25, lookEveryMs = 5_000 } = options;
  const viewers = new Set<Viewer>();
  let ring: Ring | null = null;
  let closed = false;
  let gathering: NodeJS.Timeout | null = null;
  let looking: NodeJS.Timeout | null = null;

  const refresh = createRefresh(async () => {
    ring ??= createRing(await currentLogPosition(db), limits);
    const current = ring;
    for await (const { entries, position } of readLog(db, { after: current.position })) {
      const frames = entries.map(frameOf);
      current.add(frames, position);
      handOn(viewers, current, frames);
    }
  }, viewers);

  function wake(): void {
    if (viewers.size === 0 || closed) return;
    gathering ??= setTimeout(() => {
      gathering = null;
      if (viewers.size > 0 && !closed)
        refresh().catch((error: unknown) => onError(error, 'reading new events'));
    }, gatherMs);
  }

  function leave(viewer: Viewer): void {
    viewers.delete(viewer);
    viewer.resolve?.('closing');
    if (viewers.size > 0) return;
    ring = null;
    if (looking) clearInterval(looking);
    looking = null;
  }

  return {
    wake,
    async join(filter) {
      const viewer: Viewer = { filter, seat: null, resolve: null, lost: false };
      viewers.add(viewer);
      looking ??= setInterval(wake, lookEveryMs);
      try {
        await refresh();
        if (!ring) throw new Error('the ring of events is gone while somebody looks at it');
      } catch (error) {
        leave(viewer);
        throw error;
      }
      viewer.seat = seatAt(ring, viewer, { isClosed: () => closed, leave: () => leave(viewer) });
      return viewer.seat;
    },
    close() {
      closed = true;
      if (gathering) clearTimeout(gathering);
      if (looking) clearInterval(looking);
      for (const { resolve } of viewers) resolve?.('closing');
    },
  };
}

interface SeatHooks {
  readonly isClosed: () => boolean;
  readonly leave: () => void;
}

function seatAt(ring: Ring, viewer: Viewer, { isClosed, leave }: SeatHooks): Seat {
  const seat: Seat = {
    ring,
    next: ring.end,
    position: ring.position,
    leave,
    wait(waitMs) {
      if (isClosed()) return Promise.resolve('closing');
      if (viewer.lost) return Promise.resolve('lost');
      if (seat.next < ring.end) return Promise.resolve('look');
      return new Promise((resolve) => {
        const timer = setTimeout(() => viewer.resolve?.('quiet'), waitMs);
        viewer.resolve = (outcome) => {
          viewer.resolve = null;
          clearTimeout(timer);
          resolve(outcome);
        };
      });
    },
  };
  return seat;
}

/** Who is about to join hears of it by itself. */
function lose(viewer: Viewer): void {
  if (!viewer.seat) return;
  viewer.lost = true;
  viewer.resolve?.('lost');
}

/** Only those who want one of them: with many viewers most frames are for few. The others who wait are taken past them. */
function handOn(viewers: ReadonlySet<Viewer>, ring: Ring, frames: readonly Frame[]): void {
  for (const { resolve, filter, seat } of viewers) {
    if (!resolve || !seat) continue;
    if (frames.some((frame) => fits(filter, frame))) resolve('look');
    else Object.assign(seat, { next: ring.end, position: ring.position });
  }
}

/** One read at a time. Who asks while one goes on gets the next one, which begins after it was asked for. When one fails, every viewer hears of it. */
function createRefresh(read: () => Promise<void>, viewers: ReadonlySet<Viewer>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let following: Promise<void> | null = null;
  const begin = () => {
    current = read()
      .catch((error: unknown) => {
        for (const viewer of viewers) lose(viewer);
        throw error;
      })
      .finally(() => {
        current = null;
      });
    return current;
  };
  return () => {
    if (!current) return begin();
    following ??= current
      .catch(() => undefined)
      .then(() => {
        following = null;
        return begin();
      });
    return following;
  };
}
