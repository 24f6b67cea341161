import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

interface ReceiptKeyOptions extends CommonOptions {
  readonly rotate?: true;
}

export function addReceiptKey(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'receipt-key',
    summary: 'Show the public keys that receipts are signed with, or make another.',
    description:
      'Each data folder has one key that signs, made at the first start and never shown. Its public half, and those of all nodes that share the ' +
      'database, former ones included, is what runyard verify-receipt goes by; give it to whoever checks receipts without this server. After ' +
      '--rotate receipts of before still verify.',
    examples: [
      ['runyard receipt-key', 'all keys, and the current one as PEM'],
      ['runyard receipt-key --json', 'all of them as PEM, for programs'],
      ['runyard receipt-key --rotate', 'sign with another key from now on; a running server does so at once'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--rotate', 'replace the private key of this data folder')
    .action((options: ReceiptKeyOptions) =>
      act(context, options, async () => {
        const { withSession } = await import('../with-session.ts');
        const { loadSettings } = await import('../load-settings.ts');
        const { renderReceiptKeys } = await import('../render/receipt.ts');
        const { config } = await loadSettings(context, options);
        return withSession(context, { options, config, drive: false }, async ({ api }) => {
          // The public half of the present key is known to the database before it is replaced.
          await api.views.receiptKeys();
          if (options.rotate) {
            const { rotateSigningKey } = await import('../../verify/receipt/key-file.ts');
            await rotateSigningKey(config.dataDir);
          }
          const answer = await api.views.receiptKeys();
          const { terminal } = context;
          terminal.out(options.json ? JSON.stringify(answer) : renderReceiptKeys(answer, terminal.style));
          return exitCodes.succeeded.code;
        });
      }),
    );
}
