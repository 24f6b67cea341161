import type { FastifyInstance, FastifyRequest } from 'fastify';

const MINUTE_MS = 60_000;
/** Refusals that are written down: enough to see that somebody tries, too few to fill a disk. */
const MOST_OF_ADDRESS = 10;
const MOST_OF_STRANGERS = 120;
/** Somebody known has rows of their own, which no noise of strangers uses up. */
const MOST_OF_ACTOR = 60;

/** For a minute from here, refusals may be missing in the audit log. */
export interface Gap {
  readonly of: 'actor' | 'address' | 'strangers';
  readonly recordedPerMinute: number;
}

/** What is written of one more refusal: itself, that from here some are left out, or nothing because that is said already. */
export type RefusalRecord = 'entry' | Gap | 'nothing';

export function recordedRefusals(app: FastifyInstance): (request: FastifyRequest) => Promise<RefusalRecord> {
  const ofActor = bounded(app, { of: 'actor', recordedPerMinute: MOST_OF_ACTOR }, actorKey);
  const ofAddress = bounded(app, { of: 'address', recordedPerMinute: MOST_OF_ADDRESS });
  const ofStrangers = bounded(app, { of: 'strangers', recordedPerMinute: MOST_OF_STRANGERS }, () => 'all');
  return async (request) => {
    if (request.identity) return ofActor(request);
    const one = await ofAddress(request);
    if (one === 'nothing') return one;
    const all = await ofStrangers(request);
    return all === 'entry' ? one : all;
  };
}

type KeyOf = (request: FastifyRequest) => string;

function bounded(app: FastifyInstance, gap: Gap, keyOf?: KeyOf) {
  const isRoom = limiter(app, gap.recordedPerMinute, keyOf);
  const isUntold = limiter(app, 1, keyOf);
  return async (request: FastifyRequest): Promise<RefusalRecord> => {
    if (await isRoom(request)) return 'entry';
    return (await isUntold(request)) ? gap : 'nothing';
  };
}

function limiter(app: FastifyInstance, max: number, keyOf?: KeyOf) {
  const keyGenerator = keyOf ? { keyGenerator: keyOf } : {};
  const count = app.createRateLimit({ max, timeWindow: MINUTE_MS, ...keyGenerator });
  return async (request: FastifyRequest): Promise<boolean> => {
    const limit = await count(request);
    return limit.isAllowed || !limit.isExceeded;
  };
}

function actorKey({ identity }: FastifyRequest): string {
  return `${identity?.kind}:${identity?.id}`;
}
