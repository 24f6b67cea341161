import type { ErrorCode } from './errors/catalogue.ts';

/** Whose doing a failure was: the agent's work on the ticket, the system around it, or a person who did not decide. */
export const failureSides = ['agent', 'system', 'person'] as const;
export type FailureSide = (typeof failureSides)[number];

const ofAgents = new Set<string>([
  'agent.failed',
  'agent.no-terminal-event',
  'agent.reported-error',
  'agent.unfinished',
  'agent.turn-limit',
  'agent.timed-out',
  'agent.silent',
  'agent.no-first-output',
  'agent.context-full',
  'agent.permission-denied',
  'model.empty-answer',
  'model.malformed-answer',
  'model.malformed-tool-call',
  'model.invalid-object',
  'model.output-limit',
  'model.refused',
  'plan.malformed',
  'run.deadline-exceeded',
  'run.ladder-exhausted',
  'run.unverified',
  'worker.no-changes',
] satisfies ErrorCode[]);

const ofPersons = new Set<string>([
  'plan.unanswered',
  'run.approval-expired',
  'run.cancelled',
] satisfies ErrorCode[]);

/** What is not known to be somebody's is the system's: it must not hide. */
export function failureSide(code: string): FailureSide {
  if (ofAgents.has(code)) return 'agent';
  return ofPersons.has(code) ? 'person' : 'system';
}
