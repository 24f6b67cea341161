import { formatDuration } from '../lib/deadline.ts';
import type { Breaker } from './breaker.ts';
import type { ExplanationInput, Situation } from './explanation.ts';
import { parseModelRef } from './model-ref.ts';

/** Why a run waits that its provider interrupted (X7): until when, what happened there, what to do. */
export function explainParking({ run, breakers = [], now }: ExplanationInput): Situation {
  const { waitDetail, waitReason, waitUntil, id } = run;
  const cause = waitDetail?.cause;
  const breaker = breakers.find(({ key }) => key === waitDetail?.breaker);
  const left = waitUntil
    ? formatDuration(Math.max(0, waitUntil.getTime() - now.getTime()))
    : 'an unknown time';
  return {
    class: `waiting.${waitReason ?? 'unknown'}`,
    headline: `${waitDetail?.reason ?? 'Its model provider cannot be used.'} It goes on by itself in ${left}.`,
    evidence: [
      ...(cause ? [`${cause.why} (${cause.code})`] : []),
      `It waits until ${waitUntil?.toISOString() ?? 'an unknown time'}; no attempt is used up by that.`,
      ...(breaker ? describe(breaker) : []),
    ],
    next: [
      'Nothing: it resumes from its checkpoint when the wait is over and a server runs.',
      ...(cause?.kind === 'needs-human' ? [cause.next] : []),
      `Or end it: runyard cancel ${id}`,
    ],
  };
}

/** Why a queued run does not start: what it needs is left alone. */
export function explainPause({ run }: ExplanationInput, breaker: Breaker): Situation {
  const { key, state, cause, retryAt } = breaker;
  return {
    class: 'queued.breaker',
    headline: `It waits in the queue because ${inWords(key)} cannot be used now.`,
    evidence: [...describe(breaker), `Deadline: ${run.expiresAt.toISOString()}.`],
    next: [
      state === 'open'
        ? `Nothing: one run tries it again at ${retryAt?.toISOString() ?? 'an unknown time'}, the others follow when that works.`
        : 'Nothing: it starts when the run that tries it succeeds with a call.',
      ...(cause?.kind === 'needs-human' ? [cause.next] : []),
      `Or end it: runyard cancel ${run.id}`,
    ],
  };
}

/** Of what the run needs to start: the agent and the provider of its first rung. */
export function breakersOf({ run, breakers = [] }: ExplanationInput): Breaker[] {
  const [rung] = breakers.length > 0 ? run.spec.ladder : [];
  if (!rung) return [];
  const keys = [
    `agent:${rung.agent}`,
    ...(rung.model ? [`provider:${parseModelRef(rung.model).provider}`] : []),
  ];
  return breakers.filter(({ key }) => keys.includes(key));
}

function describe({ key, state, cause, failures, openedAt, retryAt, probeRunId }: Breaker): string[] {
  if (state === 'closed') return [];
  const since = openedAt?.toISOString() ?? 'an unknown time';
  const opened = `Breaker ${key} opened at ${since} after ${failures} failure(s) in a row: ${cause?.what ?? 'unknown'}`;
  const tried =
    state === 'open'
      ? `It is tried again at ${retryAt?.toISOString() ?? 'an unknown time'}, by one run first.`
      : `Run ${probeRunId} is trying it now.`;
  return [opened, tried];
}

function inWords(key: string): string {
  return `the ${key.replace(':', ' ')}`;
}
