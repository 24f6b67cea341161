import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { VerifyReceiptOptions } from '../verify-receipt.ts';

export function addVerifyReceipt(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'verify-receipt <receipt>',
    summary: 'Check a receipt: signature, commit, tree; on demand, run its checks again.',
    description:
      '<receipt> is a file, the id of a run, or a commit (any revision) that has a note in refs/notes/runyard. With --key it needs no server: the ' +
      'receipt must be signed with one of the keys given. Without, the keys of the data folder and of its server are trusted. Whatever does not ' +
      'fit is refused, by name, with exit code 1; so is an authentic receipt that does not say "passed".',
    examples: [
      [
        'runyard verify-receipt HEAD --key runyard.pub',
        'the note of the commit that is checked out, without a server',
      ],
      ['runyard verify-receipt 4k2j', 'the receipt of a run'],
      [
        'runyard verify-receipt receipt.json --repo . --rerun',
        'and run the same checks again on the same tree',
      ],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--repo <path>', 'the repository that has the commit (default: where the run worked, or here)')
    .option('--key <key>', 'a public key to trust, a file or its text; may be given again', collect)
    .option('--rerun', 'run the same checks again and compare how each ends')
    .option('--allow-unverified', 'accept an authentic receipt that says nothing could be verified')
    .action((receipt: string, options: VerifyReceiptOptions & CommonOptions) =>
      act(context, options, async () =>
        (await import('../verify-receipt.ts')).verifyReceipt(context, receipt, options),
      ),
    );
}

function collect(value: string, former: readonly string[] = []): readonly string[] {
  return [...former, value];
}
