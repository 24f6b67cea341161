import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { sameDataFlags } from './render/next-commands.ts';
import type { Terminal } from './terminal.ts';
import { withSession } from './with-session.ts';

/** What every text for a person is made with. */
export interface RenderOptions {
  readonly terminal: Pick<Terminal, 'columns' | 'style'>;
  /** For commands that are shown to be copied: how the program is called, and the flags that lead to the same data. */
  readonly program: string;
  readonly flags: string;
  readonly now: Date;
}

interface Asking<T> {
  readonly ask: (session: Session) => Promise<T>;
  readonly render: (answer: T, options: RenderOptions) => string;
  /** Further words on stderr, not with --json. */
  readonly remark?: (answer: T, session: Session) => void;
}

/** A command that asks and prints the answer: as JSON, or in words. */
export function printAnswer<T>(
  context: CliContext,
  options: CommonOptions,
  { ask, render, remark }: Asking<T>,
): Promise<ExitCode> {
  return withSession(context, { options, drive: false }, async (session) => {
    const { terminal, program } = context;
    const answer = await ask(session);
    if (options.json) terminal.out(JSON.stringify(answer));
    else {
      const now = context.now();
      terminal.out(render(answer, { terminal, program, flags: sameDataFlags(options), now }));
      remark?.(answer, session);
    }
    return exitCodes.succeeded.code;
  });
}
