import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RunState, runStates } from '../../domain/run-state.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

interface RunsOptions extends CommonOptions {
  readonly state?: RunState[];
  readonly limit: number;
}

export function addRuns(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'runs',
    summary: 'List runs, the newest first.',
    examples: [
      ['runyard runs', 'the last 20 runs'],
      ['runyard runs --state running waiting', 'what goes on and what waits for somebody'],
      ['runyard runs --limit 100 --json', 'for programs: {"runs": [...]}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .addOption(new Option('--state <states...>', 'only runs in these states').choices(runStates))
    .option('--limit <count>', 'at most so many', parseLimit, 20)
    .action((options: RunsOptions) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { sameDataFlags } = await import('../render/next-commands.ts');
        const { sayUndriven } = await import('../undriven.ts');
        const { renderRuns } = await import('../render/run-table.ts');
        return withSession(context, { options, drive: false }, async (session) => {
          const { state, limit } = options;
          const { driven } = session;
          const answer = await session.api.listRuns({ limit, ...(state ? { states: state } : {}) });
          const { terminal, program: name } = context;
          if (options.json) terminal.out(JSON.stringify({ ...answer, driven }));
          else
            terminal.out(
              renderRuns(answer.runs, {
                terminal,
                now: context.now(),
                program: name,
                flags: sameDataFlags(options),
                filtered: state !== undefined,
              }),
            );
          sayUndriven(context, session, { runs: answer.runs, flags: sameDataFlags(options) });
          return exitCodes.succeeded.code;
        });
      }),
    );
}

const MOST = 200;

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
}
