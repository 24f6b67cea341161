import type { CliContext } from '../../src/cli/context.ts';
import { createTerminal } from '../../src/cli/terminal.ts';

const nowhere = { write: () => true };

function notHere(): never {
  throw new Error('The reference is made from the definitions of the commands; none of them runs.');
}

/** Enough of a context to define the commands, and nothing to run them with. */
export const referenceContext: CliContext = {
  terminal: createTerminal({ stdout: nowhere, stderr: nowhere, env: {} }),
  stdoutIsTerminal: false,
  env: {},
  cwd: '/',
  user: 'nobody',
  version: '0.0.0',
  program: 'runyard',
  services: {
    startControlPlane: notHere,
    requireReady: notHere,
    findAgent: notHere,
    doctor: notHere,
    verify: notHere,
    serveMcp: notHere,
    chaos: notHere,
  },
  openScreen: notHere,
  readStdin: notHere,
  streamStdin: notHere,
  onInterrupt: notHere,
  exitNow: notHere,
  now: notHere,
};
