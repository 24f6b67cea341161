import type { Readable, Writable } from 'node:stream';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { type Ending, missingTool } from './end-error.ts';
import type { CommandSpec } from './types.ts';

export interface SandboxStatus {
  /** The error of a command that bwrap never started; null when it was started, whatever became of it. */
  errorOf(ending: Ending, spec: CommandSpec, stderr: string): RunyardError | null;
}

const LONGEST_STATUS = 4096;

/** bwrap writes `{ "exit-code": n }` only if the command itself was executed, so a missing one tells a failed start for sure. */
export function readSandboxStatus(stream: Readable | Writable | null | undefined): SandboxStatus {
  let text = '';
  stream?.on('error', () => undefined);
  stream?.on('data', (chunk: Buffer) => {
    if (text.length < LONGEST_STATUS) text += chunk.toString('latin1');
  });
  return {
    errorOf(ending, spec, stderr) {
      if (ending.cause !== 'exited' || ending.exitCode === 0) return null;
      const said = stderr.trim();
      if (text.includes('"exit-code"')) return errorOfBridge(spec, said);
      const [tool] = spec.argv;
      if (!said.startsWith(`bwrap: execvp ${tool}: `)) {
        return runyardError('process.sandbox-failed', { detail: said === '' ? 'bwrap said nothing.' : said });
      }
      return execError(spec, said, said.endsWith('No such file or directory'));
    },
  };
}

/** With a bridge, bwrap has started the bridge; whether that could start the command, it says itself. */
function errorOfBridge(spec: CommandSpec, said: string): RunyardError | null {
  const lastLine = said.slice(said.lastIndexOf('\n') + 1);
  if (!spec.sandbox?.bridges.length || !lastLine.startsWith('bridge: spawn ')) return null;
  return execError(spec, lastLine, lastLine.endsWith('ENOENT'));
}

function execError({ argv: [tool], env }: CommandSpec, detail: string, isMissing: boolean): RunyardError {
  if (isMissing) return missingTool(tool, env['PATH']);
  return runyardError('process.not-executable', { command: tool, detail });
}
