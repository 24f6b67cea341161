import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

export function addShow(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'show <run>',
    summary: 'Show a run: ticket, plan, attempts, checks, commit, cost.',
    description: '<run> is the id of a run or a unique start of it.',
    examples: [
      ['runyard show 4k2j', 'everything about the run whose id starts with 4k2j'],
      ['runyard show 4k2j --attempts', 'each attempt with its checks, new failures apart from old ones'],
      ['runyard show 4k2j --json', 'the same for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--attempts', 'show the attempts with their checks instead')
    .action((id: string, options: CommonOptions & { attempts?: true }) =>
      act(context, options, async () => {
        if (options.attempts) return showAttempts(context, id, options);
        const { withSession } = await import('../with-session.ts');
        const { diffIfAny } = await import('../watch-run.ts');
        const { sayUndriven } = await import('../undriven.ts');
        const { renderRun } = await import('../render/run-report.ts');
        const { renderNext, sameDataFlags } = await import('../render/next-commands.ts');
        return withSession(context, { options, drive: false }, async (session) => {
          const { terminal } = context;
          const details = await session.api.run(id);
          if (options.json) {
            terminal.out(JSON.stringify({ ...details, driven: session.driven }));
            return exitCodes.succeeded.code;
          }
          const diff = await diffIfAny(session, details);
          terminal.out(renderRun({ details, diff }, terminal));
          terminal.out(
            renderNext(details, { flags: sameDataFlags(options), program: context.program, terminal }),
          );
          sayUndriven(context, session, { runs: [details.run], flags: sameDataFlags(options) });
          return exitCodes.succeeded.code;
        });
      }),
    );
}

async function showAttempts(context: CliContext, id: string, options: CommonOptions): Promise<ExitCode> {
  const { printAnswer } = await import('../print-answer.ts');
  const { renderAttempts } = await import('../render/attempts.ts');
  return printAnswer(context, options, {
    ask: ({ api }) => api.views.attempts(id),
    render: renderAttempts,
  });
}
