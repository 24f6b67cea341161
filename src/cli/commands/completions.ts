import { Argument, type Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletions(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'completions',
    summary: 'Print a script that completes commands, options and run ids in your shell.',
    examples: [
      [
        'runyard completions bash > ~/.local/share/bash-completion/completions/runyard',
        'for bash; or for this shell only: source <(runyard completions bash)',
      ],
      ['runyard completions zsh > ~/.zfunc/_runyard', 'for zsh, with ~/.zfunc in fpath'],
      ['runyard completions fish > ~/.config/fish/completions/runyard.fish', 'for fish'],
    ],
    exits: ['succeeded'],
  })
    .addArgument(
      new Argument('<shell>', 'the shell; run-ids prints what the scripts ask for').choices([
        ...shells,
        'run-ids',
      ]),
    )
    .action((shell: string, options: CommonOptions) =>
      act(context, options, async () => {
        if (shell === 'run-ids') {
          await (await import('../completions/run-ids.ts')).printRunIds(context, options);
          return exitCodes.succeeded.code;
        }
        const { completionScript } = await import('../completions/completion-script.ts');
        context.terminal.out(completionScript(shell, program));
        return exitCodes.succeeded.code;
      }),
    );
}
