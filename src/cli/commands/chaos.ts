import { type Command, InvalidArgumentError } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { ChaosOptions } from '../run-chaos.ts';

export function addChaos(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'chaos',
    summary: 'Kill the processes of a throw-away control plane and check that nothing breaks.',
    description:
      'Starts a server of its own in a temporary folder, with played agents and a played model on real git repositories. Workers, the server, ' +
      'the database and agents are killed at random and at named points; then eight conditions are judged from outside: the process table, ' +
      'git, the file system and the database. Needs no key, and touches no run of yours. A seed repeats the plan of kills.',
    examples: [
      ['runyard chaos', 'five rounds, about two minutes'],
      ['runyard chaos --rounds 50', 'a long night'],
      ['runyard chaos --seed 7 --json', 'the same kills again; the report for programs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option(
      '--seed <number>',
      'repeat the plan of this seed (default: a new one, which is printed)',
      parseCount,
    )
    .option('--rounds <number>', 'how many rounds', parseCount, 5)
    .action((options: ChaosOptions & CommonOptions) =>
      act(context, options, async () => (await import('../run-chaos.ts')).runChaos(context, options)),
    );
}

const LARGEST = 1_000_000;

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= LARGEST) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${LARGEST}.`);
}
