import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processes that belong to a run, told from outside: by what they see (a mount of its workspace), by their environment, or by their
 * command line. A sandboxed process cannot shed its mounts, whatever it does to the other two.
 */
export function processesOfRun(runId: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['cmdline', 'environ', 'mountinfo'].some((file) => read(`/proc/${pid}/${file}`).includes(runId)),
    )
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
