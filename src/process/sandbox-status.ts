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
      const endedByItself = ending.cause === 'exited';
      if (!endedByItself || ending.exitCode === 0 || text.includes('"exit-code"')) return null;
      const said = stderr.trim();
      const [tool] = spec.argv;
      const isExecFailure = said.startsWith(`bwrap: execvp ${tool}: `);
      if (isExecFailure && said.endsWith('No such file or directory'))
        return missingTool(tool, spec.env['PATH']);
      if (isExecFailure) return runyardError('process.not-executable', { command: tool, detail: said });
      return runyardError('process.sandbox-failed', { detail: said === '' ? 'bwrap said nothing.' : said });
    },
  };
}
