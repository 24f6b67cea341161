import { isTerminal } from '../domain/run-state.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { withSession } from './with-session.ts';

/** `runyard cancel`: asks for it, then waits until the run has ended. */
export async function cancelRun(
  context: CliContext,
  id: string,
  options: CommonOptions & { reason: string },
): Promise<ExitCode> {
  const { terminal, user } = context;
  return withSession(context, { options, drive: true }, async (session) => {
    const asked = await session.api.cancel(id, { by: user, reason: options.reason });
    let run = asked.run;
    if (!isTerminal(run.state)) {
      if (!options.json) terminal.out('Asked to end; its work is saved first.');
      const onReconnect = () => terminal.err('The control plane went away; looking for another one.');
      await followRun(session, { runId: run.id, after: 0, onEvent: () => undefined, onReconnect });
      run = (await session.api.run(run.id)).run;
    }
    if (options.json) terminal.out(JSON.stringify({ run }));
    else terminal.out(`Run ${run.id} has ended: ${run.state.replace('_', ' ')}.`);
    return run.state === 'cancelled' ? exitCodes.succeeded.code : exitCodes.failed.code;
  });
}
