import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addWhy(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'why <run>',
    summary: 'Explain why a run is where it is, and what to do next.',
    examples: [
      ['runyard why 4k2j', 'what it is, the evidence, what was tried, what was saved, what next'],
      ['runyard why 4k2j --json', 'the same for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((id: string, options: CommonOptions) =>
    act(context, options, async () => {
      const { withSession } = await import('../with-session.ts');
      const { sayUndriven } = await import('../undriven.ts');
      const { renderExplanation } = await import('../render/explanation.ts');
      const { sameDataFlags } = await import('../render/next-commands.ts');
      return withSession(context, { options, drive: false }, async (session) => {
        const explanation = await session.api.why(id);
        const { driven } = session;
        const { terminal, program: name } = context;
        terminal.out(
          options.json
            ? JSON.stringify({ ...explanation, driven })
            : renderExplanation(explanation, {
                style: terminal.style,
                run: id,
                flags: sameDataFlags(options),
                program: name,
              }),
        );
        sayUndriven(context, session, { runs: [explanation], flags: sameDataFlags(options) });
        return exitCodes.succeeded.code;
      });
    }),
  );
}
