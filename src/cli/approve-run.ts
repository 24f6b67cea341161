import type { ApproveRequest } from '../api/contract.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext } from './context.ts';
import { decideAndGoOn } from './decide-and-go-on.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';

export interface ApproveOptions {
  readonly plan?: string;
  readonly change?: string;
  readonly unverified?: string;
  readonly attempt?: number;
  readonly answer?: string;
  readonly follow?: true;
}

/** `runyard approve`: the approval, then the run to its end where nobody else would drive it. */
export async function approveRun(
  context: CliContext,
  id: string,
  options: ApproveOptions & CommonOptions,
): Promise<ExitCode> {
  const request = requestOf(options, context.user);
  return decideAndGoOn(context, {
    id,
    options,
    done: 'Approved',
    decide: ({ api }) => api.approve(id, request),
  });
}

function requestOf(options: ApproveOptions, by: string): ApproveRequest {
  const { plan, change, unverified, attempt, answer } = options;
  const help = 'runyard approve --help';
  if ([plan, change, unverified, attempt].filter((one) => one !== undefined).length > 1) {
    const problem = 'Only one of --plan, --change, --unverified and --attempt can be given.';
    throw runyardError('cli.usage', { problem, help });
  }
  if (answer !== undefined && attempt === undefined) {
    throw runyardError('cli.usage', { problem: '--answer needs --attempt.', help });
  }
  if (attempt !== undefined) return { attempt, ...(answer === undefined ? {} : { answer }), by };
  if (plan !== undefined) return { planHash: plan, by };
  const commit = change ?? unverified;
  if (commit !== undefined) return { unverifiedCommit: commit, by };
  throw runyardError('cli.usage', {
    problem:
      'Say what is approved: --plan <hash>, --change <commit>, --unverified <commit> or --attempt <number>.',
    help,
  });
}
