import { readdirSync, readFileSync } from 'node:fs';
import { readProcess } from '../process/process-table.ts';

/** A process as another program sees it. */
export interface SeenProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/** Processes that have one of the texts in their command line, their environment or the mounts they see. */
export function processesMentioning(
  texts: readonly string[],
  files: readonly string[] = everything,
): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) =>
      files.some((file) => {
        const content = readText(`/proc/${name}/${file}`);
        return texts.some((text) => content.includes(text));
      }),
    )
    .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
}

const everything = ['cmdline', 'environ', 'mountinfo'];

export function environmentOf(pid: number): string {
  return readText(`/proc/${pid}/environ`);
}

export function childrenOf(parent: number): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readProcess(Number(name))?.parent === parent)
    .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
}

export function show({ pid, command }: SeenProcess): string {
  return `${pid} ${command.join(' ').slice(0, 120)}`;
}

function commandOf(pid: number): string[] {
  return readText(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
}

/** Empty for a process that is gone. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
