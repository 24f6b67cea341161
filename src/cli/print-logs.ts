import type { EventView, RunView } from '../api/contract.ts';
import { type LogSource, sourceOf } from '../domain/log-lines.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { describeEvent } from './render/describe-event.ts';
import { sameDataFlags } from './render/next-commands.ts';
import { sayDrivenHere, sayUndriven } from './undriven.ts';
import { withSession } from './with-session.ts';

const LEFT_MARGIN = 22;
const NARROWEST = 60;

export interface LogsOptions extends CommonOptions {
  readonly follow?: true;
  readonly source?: LogSource;
}

/** `runyard logs`: the events of a run in full, oldest first. */
export async function printLogs(context: CliContext, id: string, options: LogsOptions): Promise<ExitCode> {
  const { terminal } = context;
  // Without a server nothing would happen while it follows, so a control plane started here takes the run up.
  return withSession(context, { options, drive: options.follow === true }, async (session) => {
    const { run } = await session.api.run(id);
    const startedAt = new Date(run.createdAt);
    const { source } = options;
    const print = (event: EventView) => {
      if (source !== undefined && sourceOf(event.type) !== source) return;
      const width = Math.max(NARROWEST, terminal.columns - LEFT_MARGIN);
      const lines = options.json
        ? [JSON.stringify(event)]
        : describeEvent(event, { style: terminal.style, width, startedAt, detail: 'full' });
      if (lines.length > 0) terminal.out(lines.join('\n'));
    };
    const flags = sameDataFlags(options);
    if (options.follow) return follow(context, session, { run, flags, print });
    if (!options.json) sayUndriven(context, session, { runs: [run], flags });
    for (let after = 0; ; ) {
      const { events } = await session.api.events(run.id, { after });
      for (const event of events) print(event);
      const last = events.at(-1);
      if (!last) return exitCodes.succeeded.code;
      after = last.seq;
    }
  });
}

async function follow(
  context: CliContext,
  session: Session,
  { run, flags, print }: { run: RunView; flags: string; print: (event: EventView) => void },
): Promise<ExitCode> {
  const sayWhoDrives = () => sayDrivenHere(context, session, { run, flags });
  const onReconnect = () => context.terminal.err('The control plane went away; looking for another one.');
  sayWhoDrives();
  await followRun(session, {
    runId: run.id,
    after: 0,
    onEvent: print,
    onReconnect,
    onReconnected: sayWhoDrives,
  });
  return exitCodes.succeeded.code;
}
