import type { DiffResponse, EventView, RunDetails, RunView } from '../api/contract.ts';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { formatDuration } from '../lib/deadline.ts';
import { clean } from './clean.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodeOfRun, exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { asCalled, commandsInText, nextCommands, renderNext, sameDataFlags } from './render/next-commands.ts';
import { createProgress } from './render/progress.ts';
import { renderRun } from './render/run-report.ts';
import { shortMessage } from './report-error.ts';

export interface WatchOptions {
  readonly run: RunView;
  readonly after: number;
  readonly options: CommonOptions;
}

/**
 * Follows a run until it has ended or waits for a person, then prints the report. Ctrl-C once cancels the run, twice leaves it to be ended by
 * whichever control plane runs next.
 * With --json: a line `{"event": …}` per event, then a line `{"result": …}`.
 */
export async function watchRun(
  context: CliContext,
  session: Session,
  watch: WatchOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { run, options } = watch;
  const startedAt = new Date(run.createdAt);
  const progress = options.json ? null : createProgress(terminal, startedAt, context.now);
  const note = (text: string) => (progress ? progress.note(text) : terminal.err(text));
  const release = cancelOnInterrupt(context, session, { runId: run.id, note, flags: sameDataFlags(options) });
  try {
    await followRun(session, {
      runId: run.id,
      after: watch.after,
      onEvent: (event: EventView) =>
        progress ? progress.event(event) : terminal.out(JSON.stringify({ event })),
      onReconnect: () => note(terminal.style.yellow('The control plane went away; looking for another one.')),
    });
  } finally {
    release();
    progress?.end();
  }
  return report(context, session, watch);
}

async function report(
  context: CliContext,
  session: Session,
  { run, options }: WatchOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const details = await session.api.run(run.id);
  const exitCode = exitCodeOfRun(details.run.state) ?? exitCodes.failed.code;
  const diff = await diffIfAny(session, details);
  const flags = sameDataFlags(options);
  if (options.json) {
    const next = nextCommands(details.run, flags).map(([command]) => asCalled(command, context.program));
    const result = { ...details, changes: diff?.files ?? null, next, exitCode };
    terminal.out(JSON.stringify({ result }));
    return exitCode;
  }
  terminal.out(`\n${renderRun({ details, diff }, terminal)}`);
  const { error, waitUntil, state } = details.run;
  if (error)
    terminal.out(
      `\n${terminal.style.dim('why'.padEnd(12))}${clean(error.why)}\n${terminal.style.dim('next'.padEnd(12))}${clean(commandsInText(error.next, { run: run.id, flags, program: context.program }))}`,
    );
  if (state === 'waiting' && waitUntil) {
    const left = formatDuration(Math.max(0, Date.parse(waitUntil) - context.now().getTime()));
    terminal.out(`\nIt ends by itself at ${waitUntil} (in ${left}) if nobody decides.`);
  }
  terminal.out(renderNext(details.run, { flags, program: context.program, style: terminal.style }));
  return exitCode;
}

/** The change as far as there is one; a run without one is no error. */
export async function diffIfAny(
  session: Session,
  { run, attempts }: RunDetails,
): Promise<DiffResponse | null> {
  if (!run.delivery && !attempts.some((attempt) => attempt.commit)) return null;
  try {
    return await session.api.diff(run.id);
  } catch (error) {
    if (error instanceof RunyardError) return null;
    throw error;
  }
}

function cancelOnInterrupt(
  context: CliContext,
  session: Session,
  { runId, note, flags }: { runId: string; note: (text: string) => void; flags: string },
): () => void {
  let times = 0;
  return context.onInterrupt(() => {
    times++;
    if (times > 1) {
      const again = `${context.program} why ${runId}${flags}`;
      const goesOn = session.own ? 'it ends when a control plane runs again' : 'the server ends it';
      if (times === 2) note(`Run ${runId} is marked to be cancelled; ${goesOn}: ${again}`);
      return 'pass';
    }
    note('Cancelling the run; its work is saved first. Ctrl-C again does not wait for that.');
    session.api
      .cancel(runId, { by: context.user, reason: 'interrupted at the command line (Ctrl-C)' })
      .catch((error: unknown) => note(`The run could not be cancelled: ${shortMessage(error)}`));
    return 'taken';
  });
}
