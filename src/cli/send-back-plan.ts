import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext } from './context.ts';
import { decideAndGoOn } from './decide-and-go-on.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';

export interface SendBackOptions {
  readonly plan: string;
  /** The text itself, or `-` for standard input. */
  readonly feedback: string;
  readonly follow?: true;
}

const help = 'runyard send-back --help';

/** `runyard send-back`: the planner gets the feedback, and its next revision waits for a person again. */
export async function sendBackPlan(
  context: CliContext,
  id: string,
  options: SendBackOptions & CommonOptions,
): Promise<ExitCode> {
  const feedback = (options.feedback === '-' ? await textFrom(context) : options.feedback).trim();
  if (feedback === '') {
    const problem = 'The feedback is empty; say what the plan should do differently.';
    throw runyardError('cli.usage', { problem, help });
  }
  const request = { planHash: options.plan, feedback, by: context.user };
  return decideAndGoOn(context, {
    id,
    options,
    done: 'Sent back',
    decide: ({ api }) => api.sendBack(id, request),
  });
}

async function textFrom(context: CliContext): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await context.readStdin());
  } catch (error) {
    throw runyardError(
      'cli.usage',
      { problem: 'The feedback on standard input is not UTF-8 text.', help },
      error,
    );
  }
}
