import type { FastifyInstance } from 'fastify';
import { shareAnswers } from '../../lib/shared-answer.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { getLiveness, getReadiness } from '../operations/readiness.ts';

/** Anybody may ask; the dependencies are asked at most once in that time. */
const READINESS_FOR_MS = 1_000;

/** For whoever starts and balances nodes: says nothing of any run. */
export function registerReadinessRoutes(app: FastifyInstance, { views }: ApiDependencies): void {
  const readiness = shareAnswers((_here: 'here') => views.readiness(), {
    forMs: () => READINESS_FOR_MS,
    monotonicMs: () => performance.now(),
  });

  implement(app, getReadiness, async ({ reply }) => {
    const answer = await readiness('here');
    void reply.status(answer.status === 'ready' ? 200 : 503);
    return answer;
  });
  implement(app, getLiveness, async () => ({ status: 'alive' as const, at: new Date().toISOString() }));
}
