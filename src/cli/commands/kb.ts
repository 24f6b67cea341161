import { type Command, InvalidArgumentError } from 'commander';
import { mostLessonsPerPage } from '../../api/contract.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { FindOptions, ForgetOptions } from '../lessons.ts';

const exits = ['succeeded', 'failed', 'cancelled'] as const;

export function addKb(program: Command, context: CliContext): void {
  const kb = program
    .command('kb')
    .summary('Search, show and forget what earlier runs learned.')
    .description(
      'What failed, what mended it, what did not, and how often that helped the attempts that were told. Runs add to it by themselves.',
    );
  addList(kb, context);
  addSearch(kb, context);
  addShow(kb, context);
  addForget(kb, context);
}

function addList(kb: Command, context: CliContext): void {
  withFilters(
    defineCommand(kb, {
      usage: 'list',
      summary: 'List lessons, the last seen first.',
      examples: [
        ['runyard kb list --repo .', 'those of the repository in this folder'],
        ['runyard kb list --json', 'for programs: {"lessons": [...], "next": "…"}'],
      ],
      exits,
    }),
  )
    .option('--before <id>', 'the page after this lesson')
    .action((options: FindOptions) =>
      act(context, options, async () => (await import('../lessons.ts')).findLessons(context, options)),
    );
}

function addSearch(kb: Command, context: CliContext): void {
  withFilters(
    defineCommand(kb, {
      usage: 'search <words...>',
      summary: 'Search lessons by words of their problem, symbol, category or check; the best fit first.',
      description: 'All words must be there; the last may be the start of one.',
      examples: [
        ['runyard kb search formatDate', 'what happened with that name'],
        ['runyard kb search --category missing_export dates', 'only of one kind of problem'],
      ],
      exits,
    }),
  ).action((words: string[], options: FindOptions) =>
    act(context, options, async () =>
      (await import('../lessons.ts')).findLessons(context, options, words.join(' ')),
    ),
  );
}

function withFilters(command: Command): Command {
  return command
    .option('--repo <repository>', 'only of this repository: a folder or the URL its runs name')
    .option('--category <category>', 'only this kind of problem, such as type_error')
    .option('--limit <count>', 'at most so many', parseLimit, 20);
}

function addShow(kb: Command, context: CliContext): void {
  defineCommand(kb, {
    usage: 'show <id>',
    summary: 'Show a lesson: the problem, what mended it, what did not, and how often it helped.',
    examples: [['runyard kb show 4k2j', 'the id as runyard kb list prints it, or a unique start of it']],
    exits,
  }).action((id: string, options: CommonOptions) =>
    act(context, options, async () => (await import('../lessons.ts')).showLesson(context, id, options)),
  );
}

function addForget(kb: Command, context: CliContext): void {
  defineCommand(kb, {
    usage: 'forget <id>',
    summary: 'Forget a lesson: no attempt is told of it any more. The audit log says who did it.',
    description:
      'Without --yes it says what would be forgotten and changes nothing. Later runs may teach it again.',
    examples: [
      ['runyard kb forget 4k2j', 'what would be forgotten'],
      ['runyard kb forget 4k2j --yes', 'forget it; needs the role operator'],
    ],
    exits,
  })
    .option('--yes', 'forget it')
    .action((id: string, options: ForgetOptions) =>
      act(context, options, async () => (await import('../lessons.ts')).forgetLesson(context, id, options)),
    );
}

function parseLimit(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostLessonsPerPage) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostLessonsPerPage}.`);
}
