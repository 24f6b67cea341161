import type { AttemptRecord } from '../domain/attempt.ts';
import { mainProblem } from '../domain/healing-rank.ts';
import type { LadderAction } from '../domain/ladder.ts';
import type { SettleRequest } from '../protocol/worker.ts';

/** The run waits for a person who does what no attempt can, and says so (X9). Its work is in the checkpoint. */
export function askPerson({ last, category }: Extract<LadderAction, { kind: 'ask' }>): SettleRequest {
  const question = questionOf(last, category);
  return {
    outcome: 'waiting',
    reason: 'input',
    waitMs: null,
    detail: {
      reason: `Attempt ${last.number} met something that only a person can mend.`,
      planHash: null,
      commit: null,
      attempt: last.number,
      questions: [question],
    },
  };
}

const LONGEST_QUESTION = 600;

function questionOf({ verdict, error }: AttemptRecord, category: string | null): string {
  const problem = verdict && mainProblem(verdict);
  const symbol = problem?.symbol ?? null;
  const told = problem ? problem.message : `${error?.what ?? 'It failed.'} ${error?.why ?? ''}`;
  const asked = (asks[category ?? ''] ?? asOf)(symbol);
  return `${asked} What was said: ${told.slice(0, 2 * LONGEST_QUESTION)}`
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST_QUESTION);
}

const asOf = () => 'Can you mend this, or say how to do without it?';

const asks: Readonly<Record<string, (symbol: string | null) => string>> = {
  missing_env_var: (symbol) =>
    `The environment variable ${symbol ?? '(see below)'} is not set for the checks. Can you set it where Runyard runs, or say how the change should do without it? What you answer is stored and shown to the model: put no secret into it.`,
  auth: () =>
    'A key or a permission is refused. Can you renew it where Runyard runs, or say how to do without it? What you answer is stored and shown to the model: put no secret into it.',
  docker_unavailable: () =>
    'The checks need Docker, and no daemon answers. Can you start it, or say how to do without it?',
  disk_full: () => 'The disk is full. Can you make room?',
  resource_limit: () => 'A limit of this machine is reached. Can you raise it?',
  git_push_rejected: () => 'The other side refuses the push. Can you allow it, or say how to go on?',
};
