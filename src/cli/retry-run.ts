import { oneLine } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { holdInterrupt } from './hold-interrupt.ts';
import { watchRun } from './watch-run.ts';
import { withSession } from './with-session.ts';

/** `runyard retry`: the spec of a run that has ended as a new run, watched like any other. */
export async function retryRun(
  context: CliContext,
  id: string,
  options: CommonOptions & { idempotencyKey?: string },
): Promise<ExitCode> {
  const { terminal, user } = context;
  return withSession(context, { options, drive: true }, async (session) => {
    const { idempotencyKey } = options;
    const request = { by: user, ...(idempotencyKey ? { idempotencyKey } : {}) };
    const note = 'The run is being handed over; it is cancelled as soon as it is accepted.';
    const asked = await holdInterrupt(context, note, () => session.api.retry(id, request));
    const { run, retryOf } = asked.value;
    if (!options.json) {
      const title = oneLine(run.spec.ticket.title, terminal.columns - 20);
      terminal.out(
        `Run ${terminal.style.bold(run.id)}  ${title} ${terminal.style.dim(`(again as ${retryOf})`)}`,
      );
    }
    return watchRun(context, session, { run, after: 0, options, interrupted: asked.interrupted });
  });
}
