import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RunState, runStates } from '../../domain/run-state.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { countUpTo } from '../parse-count.ts';

const MOST = 200;

interface Filters {
  readonly repository?: string;
  readonly ticket?: string;
  readonly agent?: string;
  readonly error?: string;
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
}

interface RunsOptions extends CommonOptions, Filters {
  readonly state?: RunState[];
  readonly limit: number;
  readonly before?: string;
}

export function addRuns(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'runs',
    summary: 'List runs, the newest first.',
    examples: [
      ['runyard runs', 'the last 20 runs'],
      ['runyard runs --state running waiting', 'what goes on and what waits for somebody'],
      ['runyard runs --state failed --since 2026-11-01', 'what failed since then'],
      ['runyard runs --text "login page"', 'tickets with these words'],
      ['runyard runs --limit 100 --json', 'for programs: {"runs": [...], "next": "…"}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .addOption(new Option('--state <states...>', 'only runs in these states').choices(runStates))
    .option('--repository <source>', 'only runs of this path or URL, as the run names it')
    .option('--ticket <key>', 'only runs of this ticket')
    .option('--agent <name>', 'only runs that begin with this agent')
    .option('--error <code>', 'only runs that ended with this error, such as run.ladder-exhausted')
    .option('--since <time>', 'only runs accepted then or later (2026-11-21, 2026-11-21T08:00Z)', parseTime)
    .option('--until <time>', 'only runs accepted before that', parseTime)
    .option('--text <words>', 'only tickets with these words')
    .option('--limit <count>', 'at most so many', countUpTo(MOST), 20)
    .option('--before <run>', 'the page after this run')
    .action((options: RunsOptions) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { sameDataFlags } = await import('../render/next-commands.ts');
        const { sayUndriven } = await import('../undriven.ts');
        const { renderRuns } = await import('../render/run-table.ts');
        return withSession(context, { options, drive: false }, async (session) => {
          const { state, limit, before } = options;
          const { driven } = session;
          const filters = filtersOf(options);
          const answer = await session.api.listRuns({
            limit,
            ...filters,
            ...(state ? { states: state } : {}),
            ...(before ? { before } : {}),
          });
          const { terminal, program: name } = context;
          if (options.json) terminal.out(JSON.stringify({ ...answer, driven }));
          else
            terminal.out(
              renderRuns(answer.runs, {
                terminal,
                now: context.now(),
                program: name,
                flags: sameDataFlags(options),
                filtered: state !== undefined || Object.keys(filters).length > 0,
              }),
            );
          sayUndriven(context, session, { runs: answer.runs, flags: sameDataFlags(options) });
          return exitCodes.succeeded.code;
        });
      }),
    );
}

function filtersOf({ repository, ticket, agent, error, since, until, text }: Filters): Filters {
  const given = Object.entries({ repository, ticket, agent, error, since, until, text });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

export function parseTime(text: string): string {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('It must be a time such as 2026-11-21 or 2026-11-21T08:00:00Z.');
}
