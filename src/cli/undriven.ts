import type { RunView } from '../api/contract.ts';
import { isTerminal } from '../domain/run-state.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';

/** Says on stderr that runs which are not over stand still, because nothing drives them now: their command was killed, or its server ended. */
export function sayUndriven(
  { terminal, program }: CliContext,
  { driven }: Session,
  { runs, flags }: { runs: readonly Pick<RunView, 'state'>[]; flags: string },
): void {
  const standing = runs.filter(({ state }) => !isTerminal(state) && state !== 'waiting').length;
  if (driven || standing === 0) return;
  const what = standing === 1 ? 'One run stands still' : `${standing} runs stand still`;
  terminal.err(
    terminal.style.yellow(
      `${what}: no server and no command works on this data folder now. They go on with: ${program} serve${flags}`,
    ),
  );
}
