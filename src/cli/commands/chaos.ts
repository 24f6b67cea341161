import { type Command, InvalidArgumentError } from 'commander';
import { type ChaosVictim, chaosVictims } from '../../domain/chaos-victim.ts';
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
      'the database and agents are killed, connections to the database are dropped, and workers and the server are frozen for twice a lease, ' +
      'at random and at named points; then eight conditions are judged from outside: the process table, ' +
      'git, the file system and the database. Needs no key, and touches no run of yours. A seed repeats the plan of kills.',
    examples: [
      ['runyard chaos', 'five rounds, about three minutes'],
      ['runyard chaos --rounds 50', 'a long night'],
      ['runyard chaos --victims connections,frozen-worker', 'only these'],
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
    .option(
      '--victims <names>',
      `what is hit, separated by commas: ${chaosVictims.join(', ')} (default: all)`,
      parseVictims,
      [...chaosVictims],
    )
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

function parseVictims(text: string): ChaosVictim[] {
  return text.split(',').map((name) => {
    const victim = chaosVictims.find((known) => known === name.trim());
    if (victim) return victim;
    throw new InvalidArgumentError(`The victims are ${chaosVictims.join(', ')}.`);
  });
}
