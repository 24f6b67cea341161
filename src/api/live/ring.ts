import { isSamePosition, type LogPosition } from '../../events/log-position.ts';
import type { Frame } from './frame.ts';

/**
 * The newest frames, numbered as they came. Entries: `add`, whole transactions at a time. Exits: the oldest, when there are too many or they are
 * too large. Invariant: `position` sees exactly what was ever added and what came before.
 */
export interface Ring {
  readonly position: LogPosition;
  /** Number of the oldest frame that is still here. */
  readonly first: number;
  /** Number that the next frame will have. */
  readonly end: number;
  add(frames: readonly Frame[], position: LogPosition): void;
  /** The frames from a number on. */
  from(number: number): readonly Frame[];
  /** The number after the frame that ends at this position; null: it is not here. */
  after(position: LogPosition): number | null;
}

export interface RingLimits {
  readonly frames: number;
  readonly characters: number;
}

export function createRing(start: LogPosition, limits: RingLimits): Ring {
  let position = start;
  let first = 0;
  let size = 0;
  // What is dropped stays in the array for a while, so that dropping is cheap.
  let dropped = 0;
  let frames: Frame[] = [];

  function drop(): void {
    while (frames.length - dropped > limits.frames || size > limits.characters) {
      size -= frames[dropped]?.text.length ?? 0;
      dropped += 1;
      first += 1;
    }
    if (dropped <= frames.length / 2) return;
    frames = frames.slice(dropped);
    dropped = 0;
  }

  return {
    get position() {
      return position;
    },
    get first() {
      return first;
    },
    get end() {
      return first + frames.length - dropped;
    },
    add(added, after) {
      for (const frame of added) {
        frames.push(frame);
        size += frame.text.length;
      }
      position = after;
      drop();
    },
    from: (number) => frames.slice(dropped + number - first),
    after(place) {
      if (isSamePosition(place, position)) return first + frames.length - dropped;
      const found = frames.findLastIndex(
        (frame) => frame.position !== null && isSamePosition(frame.position, place),
      );
      return found < dropped ? null : first + found - dropped + 1;
    },
  };
}
