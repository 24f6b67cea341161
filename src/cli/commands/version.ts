import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addVersion(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'version',
    summary: 'Print the version of Runyard and of the Node it runs on.',
    examples: [['runyard version --json', 'for programs: {"runyard": …, "node": …}']],
    exits: ['succeeded'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => {
      const { version: runyard, terminal } = context;
      const node = process.versions.node;
      terminal.out(options.json ? JSON.stringify({ runyard, node }) : `runyard ${runyard} (Node ${node})`);
      return exitCodes.succeeded.code;
    }),
  );
}
