import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

interface ReceiptOptions extends CommonOptions {
  readonly envelope?: true;
}

export function addReceipt(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'receipt <run>',
    summary: 'Show the signed receipt of what a run verified and delivered.',
    description:
      'The receipt is an in-toto statement in a DSSE envelope, signed with the Ed25519 key of the node that delivered. It is also attached to ' +
      'the commit as a git note (refs/notes/runyard). This shows what it states and checks nothing: runyard verify-receipt does.',
    examples: [
      ['runyard receipt 4k2j', 'what was verified, by which checks, with what result'],
      ['runyard receipt 4k2j --envelope > receipt.json', 'the signed envelope alone, for others to check'],
      ['runyard receipt 4k2j --json', 'both, for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--envelope', 'print the signed envelope alone')
    .action((id: string, options: ReceiptOptions) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { renderReceipt } = await import('../render/receipt.ts');
        return withSession(context, { options, drive: false }, async ({ api }) => {
          const answer = await api.views.receipt(id);
          const { terminal } = context;
          if (options.envelope) terminal.out(JSON.stringify(answer.envelope));
          else if (options.json) terminal.out(JSON.stringify(answer));
          else terminal.out(renderReceipt(answer, terminal.style));
          return exitCodes.succeeded.code;
        });
      }),
    );
}
