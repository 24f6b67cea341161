import { type Command, Option } from 'commander';
import { type Role, roles } from '../../domain/role.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export interface SignInOptions extends CommonOptions {
  readonly name?: string;
  readonly role: Role;
}

export function addSignIn(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'sign-in',
    summary: 'Print a link that signs one person in to the dashboard, once, within ten minutes.',
    examples: [
      ['runyard sign-in', 'for yourself, as admin'],
      ['runyard sign-in --name anna --role operator', 'for somebody else'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--name <name>', 'whose session it will be; yours, if not given')
    .addOption(new Option('--role <role>', 'what the session may do').choices(roles).default('admin'))
    .action((options: SignInOptions) =>
      act(context, options, async () =>
        (await import('../print-sign-in-link.ts')).printSignInLink(context, options),
      ),
    );
}
