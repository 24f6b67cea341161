import { type Command, InvalidArgumentError, Option } from 'commander';
import { longestTokenDays } from '../../api/contract.ts';
import { roles } from '../../domain/role.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { CreateTokenOptions } from '../tokens.ts';

export function addToken(program: Command, context: CliContext): void {
  const token = program
    .command('token')
    .summary('Make, list and revoke API tokens.')
    .description('Make, list and revoke API tokens.');
  addCreate(token, context);
  addList(token, context);
  addRevoke(token, context);
}

function addCreate(token: Command, context: CliContext): void {
  defineCommand(token, {
    usage: 'create <name>',
    summary: 'Make an API token and print it, this once.',
    description:
      'A viewer looks, an operator also starts runs and decides about them, an admin also manages access. Only a hash of the token is kept.',
    examples: [
      ['runyard token create ci --role operator', 'good for 90 days'],
      ['runyard token create wall --role viewer --expires 365', 'for a screen that shows runs'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).default('viewer'))
    .option('--expires <days>', 'days until it is good for nothing', parseDays, 90)
    .action((name: string, options: CreateTokenOptions) =>
      act(context, options, async () => (await import('../tokens.ts')).createToken(context, name, options)),
    );
}

function addList(token: Command, context: CliContext): void {
  defineCommand(token, {
    usage: 'list',
    summary: 'List API tokens, the newest first, with their age and when they were used.',
    examples: [
      ['runyard token list', 'those that are older than 90 days should be replaced'],
      ['runyard token list --json', 'for programs: {"tokens": [...], "next": "…"}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => (await import('../tokens.ts')).listTokens(context, options)),
  );
}

function addRevoke(token: Command, context: CliContext): void {
  defineCommand(token, {
    usage: 'revoke <id>',
    summary: 'Revoke an API token: it opens nothing any more.',
    examples: [['runyard token revoke 4k2j8m1q0p3z', 'the id as runyard token list prints it']],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((id: string, options: CommonOptions) =>
    act(context, options, async () => (await import('../tokens.ts')).revokeToken(context, id, options)),
  );
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= longestTokenDays) return days;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${longestTokenDays}.`);
}
