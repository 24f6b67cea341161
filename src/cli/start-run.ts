import path from 'node:path';
import { checkModelsNamed } from '../config/preflight.ts';
import { runSpecFrom } from '../config/run-spec.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { modelRefSchema } from '../domain/model-ref.ts';
import type { Priority } from '../domain/run.ts';
import { oneLine } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { holdInterrupt } from './hold-interrupt.ts';
import { loadSettings } from './load-settings.ts';
import { readTicket } from './read-ticket.ts';
import { watchRun } from './watch-run.ts';
import { withSession } from './with-session.ts';

export interface RunOptions {
  readonly repo: string;
  readonly title?: string;
  readonly ticketFile?: string;
  readonly ticket?: string;
  readonly base?: string;
  readonly agent?: string;
  readonly model?: string;
  /** False with --no-plan. */
  readonly plan: boolean;
  readonly approvePlan?: true;
  /** False with --no-checks. */
  readonly checks: boolean;
  readonly allowUnverified?: true;
  readonly priority?: Priority;
  readonly idempotencyKey?: string;
}

/** `runyard run`: ticket in, report out. */
export async function startRun(context: CliContext, options: RunOptions & CommonOptions): Promise<ExitCode> {
  refuseContradictions(options);
  const repository = repositoryOf(options.repo, context.cwd);
  const projectDir = path.isAbsolute(repository) ? repository : context.cwd;
  const { config } = await loadSettings(context, options, projectDir);
  const ticket = await readTicket(context, {
    title: options.title,
    ticketFile: options.ticketFile,
    ticketKey: options.ticket,
  });
  const spec = runSpecFrom(
    config,
    {
      repository,
      base: options.base,
      agent: agentOf(options.agent, context.cwd),
      model: options.model,
      priority: options.priority,
      planMode: options.plan ? (options.approvePlan ? 'approve' : undefined) : 'off',
      checks: options.checks ? undefined : 'off',
      allowUnverified: options.allowUnverified,
    },
    ticket,
  );
  await checkModelsNamed(spec, context.services.findAgent);

  return withSession(context, { options, config, drive: true }, async (session) => {
    const { idempotencyKey } = options;
    const request = { spec, by: context.user, ...(idempotencyKey ? { idempotencyKey } : {}) };
    const note = 'The run is being handed over; it is cancelled as soon as it is accepted.';
    const { value, interrupted } = await holdInterrupt(context, note, () => session.api.createRun(request));
    const { run } = value;
    const { terminal } = context;
    if (!options.json)
      terminal.out(
        `Run ${terminal.style.bold(run.id)}  ${oneLine(run.spec.ticket.title, terminal.columns - 20)}`,
      );
    return watchRun(context, session, { run, after: 0, options, interrupted });
  });
}

/** A URL as it is, anything else as an absolute path. `host:path` is a URL to git unless a slash comes first. */
export function repositoryOf(written: string, cwd: string, command = 'run'): string {
  // An unset variable in a script must not mean the folder one happens to be in.
  if (written.trim() === '') {
    const problem = 'The name of the repository is empty; name one, or write . for the current folder.';
    throw runyardError('cli.usage', { problem, help: `runyard ${command} --help` });
  }
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) || /^[^/:\s]+@[^/:\s]+:/.test(written);
  return isUrl ? written : path.resolve(cwd, written);
}

/** `command:./fix.sh` names a file of the folder the command was given in, wherever the run happens. */
function agentOf(written: string | undefined, cwd: string): string | undefined {
  const executable = written?.startsWith('command:') ? written.slice('command:'.length) : '';
  return executable.includes('/') ? `command:${path.resolve(cwd, executable)}` : written;
}

function refuseContradictions({ plan, approvePlan, model }: RunOptions): void {
  const help = 'runyard run --help';
  if (!plan && approvePlan)
    throw runyardError('cli.usage', { problem: '--no-plan and --approve-plan exclude each other.', help });
  const parsed = modelRefSchema.optional().safeParse(model);
  if (!parsed.success) {
    const problem = `--model ${model}: ${parsed.error.issues[0]?.message ?? 'is not a model'}`;
    throw runyardError('cli.usage', { problem, help });
  }
}
