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

function requestOf({ plan, change, unverified }: ApproveOptions, by: string): ApproveRequest {
  const help = 'runyard approve --help';
  const [commit, another] = [change, unverified].filter((given) => given !== undefined);
  if ((plan !== undefined && commit !== undefined) || another !== undefined) {
    const problem =
      another === undefined && change === undefined
        ? '--plan and --unverified exclude each other.'
        : 'Only one of --plan, --change and --unverified can be given.';
    throw runyardError('cli.usage', { problem, help });
  }
  if (plan !== undefined) return { planHash: plan, by };
  if (commit !== undefined) return { unverifiedCommit: commit, by };
  throw runyardError('cli.usage', {
    problem: 'Say what is approved: --plan <hash>, --change <commit> or --unverified <commit>.',
    help,
  });
}
