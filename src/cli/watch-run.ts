import type { DiffResponse, EventView, RunDetails, RunView } from '../api/contract.ts';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { formatDuration } from '../lib/deadline.ts';
import { cancelOnInterrupt } from './cancel-on-interrupt.ts';
import { clean } from './clean.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodeOfRun, exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { asCalled, commandsInText, nextCommands, renderNext, sameDataFlags } from './render/next-commands.ts';
import { createProgress } from './render/progress.ts';
import { renderRun } from './render/run-report.ts';

export interface WatchOptions {
  readonly run: RunView;
  readonly after: number;
  /** A signal came before there was anything to watch. */
  readonly interrupted?: boolean;
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
  const flags = sameDataFlags(options);
  const { cancel, release } = cancelOnInterrupt(context, session, { runId: run.id, note, flags });
  if (watch.interrupted) cancel();
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
  // Interrupted: what it has become is not known any more.
  if (session.closed) return exitCodes.cancelled.code;
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
    const saved = details.snapshots.length > 0;
    const next = nextCommands(details.run, { flags, saved }).map(([command]) =>
      asCalled(command, context.program),
    );
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
  terminal.out(renderNext(details, { flags, program: context.program, terminal }));
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
