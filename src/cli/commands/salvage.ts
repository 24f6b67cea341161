import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { SalvageOptions } from '../salvage-run.ts';

export function addSalvage(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'salvage <run>',
    summary: 'Give back the work a run saved before it was stopped, failed or moved.',
    description:
      'Without options the newest saved work becomes the new branch runyard/salvage-<short id> of a local source. Your checkout, your other ' +
      'branches and existing files are never touched.',
    examples: [
      ['runyard salvage 4k2j', 'the newest saved work as a branch'],
      ['runyard salvage 4k2j --list', 'only say what there is: when, why, which files'],
      [
        'runyard salvage 4k2j --pick attempt-1 --branch rescue',
        'the work of that name, as the branch rescue',
      ],
      ['runyard salvage 4k2j --into ./rescued', 'everything as patches that git apply takes'],
    ],
    exits: ['succeeded', 'failed'],
  })
    .option('--list', 'list the saved work and write nothing')
    .option('--pick <name>', 'another one than the newest, by the name --list prints')
    .option('--branch <name>', 'name of the new branch')
    .option('--into <folder>', 'write patches into this folder instead of a branch')
    .action((id: string, options: SalvageOptions & CommonOptions) =>
      act(context, options, async () => (await import('../salvage-run.ts')).salvageRun(context, id, options)),
    );
}
