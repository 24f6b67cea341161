import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addDoctor(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'doctor',
    summary: 'Check that this machine and these settings can do the work.',
    description:
      'Looks at git, Node, the database, disk, isolation, agents, keys, prompts and the data folder; says what is missing and how to mend it.',
    examples: [
      ['runyard doctor', 'everything that can be seen from here'],
      ['runyard doctor --probe', 'also ask each provider whether it accepts its key (one tiny request each)'],
      ['runyard doctor --json', 'for programs: {"ok": …, "findings": [...]}'],
    ],
    exits: ['succeeded', 'failed'],
  })
    .option('--probe', 'ask the providers whether they accept the keys')
    .action((options: CommonOptions & { probe?: true }) =>
      act(context, options, async () => (await import('../run-doctor.ts')).runDoctor(context, options)),
    );
}
