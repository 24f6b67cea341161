import { runyardError } from '../domain/errors/runyard-error.ts';

const MIB = 1024 * 1024;
/** Bodies up to here are the everyday ones. */
export const LARGE_BODY_BYTES = MIB;
/** Of large bodies that are being read at the same time. */
const MOST_READING_BYTES = 32 * MIB;
/** Of bodies that are kept until their call is answered. */
const MOST_HELD_BYTES = { run: 64 * MIB, all: 256 * MIB };
const WAIT_SECONDS = 2;

/** What one request takes of the budget. */
export interface BodyLease {
  /** The body has, or will have, this many bytes. Throws `gateway.busy`; the request must then be given up. */
  grow(bytes: number): void;
  /** The body is here and shaped. */
  read(): void;
  release(): void;
}

export interface BodyBudget {
  take(runId: string): BodyLease;
}

interface Held {
  readonly runId: string;
  bytes: number;
  reading: boolean;
}

/** Bounds what the bodies of agents take of the memory, and keeps one run from taking it all: a large body of a run at a time. */
export function createBodyBudget(): BodyBudget {
  const held = new Set<Held>();
  const sum = (which: (one: Held) => boolean) =>
    [...held].reduce((total, one) => (which(one) ? total + one.bytes : total), 0);

  function check(own: Held, bytes: number): void {
    const others = (one: Held) => one !== own;
    const large = (one: Held) => others(one) && one.reading && one.bytes > LARGE_BODY_BYTES;
    const ofRun = (one: Held) => one.runId === own.runId;
    if (sum((one) => others(one) && ofRun(one)) + bytes > MOST_HELD_BYTES.run) throw busy('run');
    if (sum(others) + bytes > MOST_HELD_BYTES.all) throw busy('server');
    if (bytes <= LARGE_BODY_BYTES) return;
    if ([...held].some((one) => large(one) && ofRun(one))) throw busy('run');
    if (sum(large) + bytes > MOST_READING_BYTES) throw busy('server');
  }

  return {
    take(runId) {
      const own: Held = { runId, bytes: 0, reading: true };
      held.add(own);
      return {
        grow(bytes) {
          if (bytes <= own.bytes) return;
          check(own, bytes);
          own.bytes = bytes;
        },
        read() {
          own.reading = false;
        },
        release: () => void held.delete(own),
      };
    },
  };
}

function busy(scope: 'run' | 'server') {
  return runyardError('gateway.busy', { scope, waitSeconds: WAIT_SECONDS });
}
