import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSpec } from '../../../src/domain/run.ts';
import { type FaultCase, faultCases } from '../../chaos/fault-kit-cases.ts';
import { testSpec } from '../../e2e/support/spec.ts';

const kit = fileURLToPath(new URL('../../fixtures/agents', import.meta.url));

/** Programs of the fault kit that end soon; floods and memory have their own test. */
const soon = new Set([
  ...['change-nothing', 'cut-stream', 'success-then-exit-1', 'exit-255', 'kill-itself', 'only-whitespace'],
  ...[
    'dirty-output',
    'double-fork',
    'setsid-escape',
    'hold-stdout',
    'hostile-json',
    'read-stdin',
    'write-late',
  ],
  ...['symlink-escape', 'odd-names', 'remove-workspace', 'rewrite-history', 'plant-git-traps'],
  ...['reset-main-checkout', 'trap-term-exit-0', 'hang-silently', 'hang-after-words', 'fork-bomb'],
]);

export const quickFaults: readonly FaultCase[] = faultCases.filter(({ agent }) => soon.has(agent));

export const programOf = (agent: string) => path.join(kit, agent);

/** An agent that changes one file. */
export function writeGoodAgent(folder: string): string {
  const file = path.join(folder, 'good');
  writeFileSync(file, '#!/bin/sh\necho changed > note.txt\n', { mode: 0o755 });
  return file;
}

/**
 * An agent that works until the gate is opened, for at most five minutes, and says so every ten seconds: one that is silent is ended. `gate` is the
 * folder it must be able to read.
 */
export function writeWaitingAgent(folder: string) {
  const gate = path.join(folder, 'gate');
  mkdirSync(gate);
  const program = path.join(folder, 'waiting');
  const wait = `i=0
while [ ! -e '${gate}/open' ] && [ $i -lt 1500 ]; do
  [ $((i % 50)) -ne 0 ] || echo waiting
  sleep 0.2
  i=$((i + 1))
done`;
  writeFileSync(program, `#!/bin/sh\n${wait}\necho changed > note.txt\n`, { mode: 0o755 });
  return { program, gate, open: () => writeFileSync(path.join(gate, 'open'), '') };
}

interface Wanted {
  readonly title: string;
  readonly program: string;
  readonly repository: string;
  readonly body?: string;
  readonly silenceMs?: number;
}

/** One attempt, and more recoveries than a stress has kills. */
export function stressSpec({ title, program, repository, body = '', silenceMs = 60_000 }: Wanted): RunSpec {
  const spec = testSpec({
    repository,
    ticket: { key: null, title, body },
    agent: `command:${program}`,
    attempts: 1,
    checks: { commands: [{ name: 'readme', command: ['test', '-f', 'README.md'] }] },
  });
  return { ...spec, limits: { ...spec.limits, silenceMs, recoveries: 20, killGraceMs: 500 } };
}
