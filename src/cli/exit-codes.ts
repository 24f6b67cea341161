import type { RunState } from '../domain/run-state.ts';

/** What every command's exit code means. The reference in docs/reference/exit-codes.md is generated from this table. */
export const exitCodes = {
  succeeded: {
    code: 0,
    meaning:
      'It worked. For a run: a verified commit was delivered (or an unverified one, if you allowed it).',
  },
  failed: { code: 1, meaning: 'It failed. The error says what happened, why, and what to do next.' },
  usage: { code: 2, meaning: 'The command line or the configuration is wrong; nothing was started.' },
  waiting: {
    code: 3,
    meaning: 'The run waits for a person, with a deadline; the output says what to decide and how.',
  },
  refused: {
    code: 4,
    meaning: 'Refused for load (the queue is full or the server is shutting down); try again later.',
  },
  timedOut: { code: 124, meaning: 'The run, or the command, reached its time limit. The work was saved.' },
  cancelled: { code: 130, meaning: 'The run was cancelled, or the command was interrupted.' },
} as const;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName]['code'];

const codeOfState: Readonly<Record<RunState, ExitName | null>> = {
  queued: null,
  starting: null,
  running: null,
  waiting: 'waiting',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timedOut',
};

/** The exit code for the state a run stopped in; null while it still moves. */
export function exitCodeOfRun(state: RunState): ExitCode | null {
  const name = codeOfState[state];
  return name === null ? null : exitCodes[name].code;
}

const refusals = new Set(['api.queue-full', 'api.shutting-down']);
const usageAreas = new Set(['config', 'cli']);
const notUsage = new Set(['cli.control-plane-unreachable', 'cli.unexpected-answer']);
const usageCodes = new Set([
  'run.not-found',
  'run.ambiguous-id',
  'run.wrong-plan-hash',
  'run.wrong-commit',
  'run.wrong-attempt',
  'run.not-waiting',
  'run.ended',
  'run.not-ended',
  'run.attempt-not-kept',
  'run.nothing-committed',
  'run.nothing-delivered',
  'run.nothing-saved',
  'run.no-such-saved-work',
  'api.no-such-token',
  'api.no-such-lesson',
  'api.ambiguous-lesson',
  'api.repository-unknown',
  'run.source-not-local',
  'api.invalid-request',
  'api.idempotency-key-reused',
  'api.address-unusable',
  'api.data-folder-in-use',
  'plan.no-model',
  'plan.not-waiting',
  'plan.other-waits',
  'plan.no-such-question',
  'plan.too-many-revisions',
  'agent.not-found',
  'git.not-a-repository',
  'git.empty-repository',
  'git.missing-branch',
  'git.unsupported-location',
  'git.dubious-ownership',
  'verify.bad-override',
  'process.sandbox-unavailable',
]);

/** The exit code for an error a command ended with. */
export function exitCodeOfError(code: string): ExitCode {
  if (refusals.has(code)) return exitCodes.refused.code;
  if (code === 'run.cancelled') return exitCodes.cancelled.code;
  if (code === 'run.deadline-exceeded') return exitCodes.timedOut.code;
  if (notUsage.has(code)) return exitCodes.failed.code;
  if (usageCodes.has(code) || usageAreas.has(code.split('.')[0] ?? '')) return exitCodes.usage.code;
  return exitCodes.failed.code;
}
