import { type Command, Option } from 'commander';
import { roles } from '../../domain/role.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { defineCommand } from '../define-command.ts';
import type { SignInOptions } from '../sign-in.ts';

export function addSignIn(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'sign-in',
    summary: 'Print a link that signs one person in to the dashboard, once, within ten minutes.',
    examples: [
      ['runyard sign-in', 'for yourself, as admin'],
      ['runyard sign-in --name anna --role operator', 'for somebody else'],
      ['runyard sign-in --list', 'who is signed in'],
      ['runyard sign-in --end 4k2j8m1q0p3z', 'ends that session'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--name <name>', 'whose session it will be; yours, if not given')
    .addOption(new Option('--role <role>', 'what the session may do').choices(roles).default('admin'))
    .option('--list', 'print who is signed in instead')
    .option('--end <session>', 'end a session instead, by the id that --list prints')
    .action((options: SignInOptions) =>
      act(context, options, async () => (await import('../sign-in.ts')).signInCommand(context, options)),
    );
}
