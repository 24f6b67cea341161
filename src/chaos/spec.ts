import type { RunSpec } from '../domain/run.ts';
import type { Behaviour } from './plan.ts';

const SECOND = 1_000;

interface Wanted {
  readonly behaviour: Behaviour;
  readonly repository: string;
  readonly agent: string;
}

/** A run with limits so narrow that none outlasts its round. */
export function specOf({ behaviour, repository, agent }: Wanted): RunSpec {
  return {
    ticket: { key: null, title: `chaos, behaviour: ${behaviour}.`, body: '' },
    repository,
    base: null,
    priority: 'normal',
    ladder: [{ agent: `command:${agent}`, model: 'chaos/claude-sonnet-5', attempts: 2 }],
    plan: { mode: 'off', model: null },
    checks: {
      mode: 'auto',
      commands: [{ name: 'readme', command: ['test', '-f', 'README.md'] }],
      allowUnverified: false,
    },
    thinking: { planTokens: 0, implementTokens: 0 },
    limits: {
      runMs: 60 * SECOND,
      stageMs: 30 * SECOND,
      attemptMs: 20 * SECOND,
      checkMs: 10 * SECOND,
      gitMs: 20 * SECOND,
      modelCallMs: 10 * SECOND,
      silenceMs: 10 * SECOND,
      approvalMs: 60 * SECOND,
      queueMs: 120 * SECOND,
      parkMs: 60 * SECOND,
      killGraceMs: SECOND,
      recoveries: 10,
      turns: 20,
    },
  };
}
