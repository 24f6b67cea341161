import type { RunView } from '../api/contract.ts';
import { endsByItself, isTerminal } from '../domain/run-state.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';

/** A run, or what is known of it: without a reason, a wait is taken for one that needs a person. */
interface Standing {
  readonly state: RunView['state'];
  readonly waitReason?: RunView['waitReason'];
}

/** Says on stderr that runs which are not over stand still, because nothing drives them now: their command was killed, or its server ended. */
export function sayUndriven(
  { terminal, program }: CliContext,
  { driven }: Session,
  { runs, flags }: { runs: readonly Standing[]; flags: string },
): void {
  const standing = runs.filter(moves).length;
  if (driven || standing === 0) return;
  const what = standing === 1 ? 'One run stands still' : `${standing} runs stand still`;
  terminal.err(
    terminal.style.yellow(
      `${what}: no server and no command works on this data folder now. They go on with: ${program} serve${flags}`,
    ),
  );
}

/** Says on stderr that the command itself drives the run it follows, which nobody else did. */
export function sayDrivenHere(
  { terminal, program }: CliContext,
  { own }: Session,
  { run, flags }: { run: Standing; flags: string },
): void {
  if (!own || !moves(run)) return;
  terminal.err(
    terminal.style.yellow(
      `Nothing drove this run: no server works on this data folder. This command goes on with it until it ends; after that: ${program} serve${flags}`,
    ),
  );
}

function moves({ state, waitReason = null }: Standing): boolean {
  if (state === 'waiting') return waitReason !== null && endsByItself(waitReason);
  return !isTerminal(state);
}
