import { type Command, InvalidArgumentError } from 'commander';
import { act } from '../act.ts';
import type { ClassifyOptions } from '../classify-output.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addClassify(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'classify [file]',
    summary: 'Say what a failed command failed of: category, place, hint, and the rule that decided.',
    description:
      'Reads the output of any tool, agent or model call from the file or from standard input (any length, in bounded memory). No model, no key, ' +
      'no server. The categories are those of docs/failure-taxonomy.md. The exit code of the failed command tells much: give it.',
    examples: [
      ['runyard classify --exit-code 137 --json build.log', 'for programs'],
      ['npm test 2>&1 | runyard classify --tool "npm test" --exit-code 1', 'what the tests failed of'],
      ['runyard classify --exit-code -9 < /dev/null', 'what an exit code alone says (killed by signal 9)'],
    ],
    exits: ['succeeded'],
  })
    .option('--tool <name>', 'what was run: "git push", "eslint 9"; its words are looked for first')
    .option('--exit-code <number>', 'how it ended; negative: killed by that signal', exitCode)
    .option('--root <folder>', 'where it ran; paths below become relative (default: guessed)')
    .action((file: string | undefined, options: ClassifyOptions & CommonOptions) =>
      act(context, options, async () =>
        (await import('../classify-output.ts')).classifyOutput(context, file ?? null, options),
      ),
    );
}

function exitCode(text: string): number {
  const code = Number(text);
  if (/^-?\d{1,3}$/.test(text) && code >= -64 && code <= 255) return code;
  throw new InvalidArgumentError('It must be an exit code from 0 to 255, or a negative signal number.');
}
