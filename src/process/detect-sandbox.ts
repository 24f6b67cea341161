import { readFileSync } from 'node:fs';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import { findExecutable, systemPath } from './find-executable.ts';
import { installHint } from './install-hint.ts';
import { runProcess } from './run-process.ts';

export interface SandboxFinding {
  readonly mode: SandboxMode;
  /** Why this mode and no stronger one, in a sentence. */
  readonly why: string;
  /** What would give a stronger one; null when this is the strongest. */
  readonly next: string | null;
}

/**
 * The strongest sandbox that works here, found by trying each with the very flags that are used later. A `wanted` mode is only tried
 * itself: Runyard never falls back to less than what was asked for.
 */
export async function detectSandbox(wanted: SandboxMode | 'auto' = 'auto'): Promise<SandboxFinding> {
  if (wanted === 'none') return { mode: 'none', why: `It is set so. ${MEANING.none}`, next: SET_AUTO };
  if (wanted !== 'auto') return forced(wanted);
  const bubblewrap = await tryMode('bubblewrap');
  if (bubblewrap === null) return { mode: 'bubblewrap', why: MEANING.bubblewrap, next: null };
  const next = adviceFor('bubblewrap');
  const namespace = await tryMode('pid-namespace');
  const why = `bubblewrap does not work: ${bubblewrap}`;
  if (namespace === null) return { mode: 'pid-namespace', why: `${why} ${MEANING['pid-namespace']}`, next };
  return {
    mode: 'none',
    why: `${why} A PID namespace does not work either: ${namespace} ${MEANING.none}`,
    next,
  };
}

const MEANING: Readonly<Record<SandboxMode, string>> = {
  bubblewrap:
    'Agents and checks see a read-only system, their workspace, and no network but what Runyard lets through; nothing survives them.',
  'pid-namespace':
    'Agents and checks run in a PID namespace: nothing survives them, but they can read and write what your user can, and use the network.',
  none: 'Agents and checks run as ordinary processes of your user: a child that leaves its process group may survive.',
};

const SET_AUTO = 'Set sandbox.mode to auto in runyard.yaml to use the strongest sandbox that works here.';

async function forced(mode: 'bubblewrap' | 'pid-namespace'): Promise<SandboxFinding> {
  const problem = await tryMode(mode);
  if (problem !== null) {
    throw runyardError('process.sandbox-unavailable', { mode, detail: problem, install: adviceFor(mode) });
  }
  return {
    mode,
    why: `It is set so, and works. ${MEANING[mode]}`,
    next: mode === 'bubblewrap' ? null : SET_AUTO,
  };
}

const TRIAL_MS = 10_000;

/** null when the mode works; otherwise what went wrong. */
async function tryMode(mode: 'bubblewrap' | 'pid-namespace'): Promise<string | null> {
  if (process.platform !== 'linux') return `it needs Linux, and this is ${process.platform}.`;
  const missing = PROGRAMS[mode].find((name) => findExecutable(name) === null);
  if (missing !== undefined) return `the program ${missing} is not installed.`;
  const result = await runProcess({
    argv: ['true'],
    cwd: '/',
    env: { PATH: systemPath },
    limits: { timeoutMs: TRIAL_MS, killGraceMs: 500, maxOutputBytes: 4096 },
    sandbox: { mode, writable: [], readable: [], masked: [], network: 'none', bridges: [] },
  });
  if (result.error === null) return null;
  return `${result.stderr.trim() || result.error.why}.`;
}

const PROGRAMS = { bubblewrap: ['bwrap'], 'pid-namespace': ['setpriv', 'unshare', 'sh'] } as const;

function adviceFor(mode: 'bubblewrap' | 'pid-namespace'): string {
  if (process.platform !== 'linux')
    return 'Run Runyard on Linux, or in a Linux container or virtual machine.';
  const missing = PROGRAMS[mode].find((name) => findExecutable(name) === null);
  const install = missing === undefined ? [] : [installHint(missing)];
  return [...install, ...namespaceAdvice()].join(' ') || IN_CONTAINER;
}

const IN_CONTAINER =
  'In a container, allow user namespaces: docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined';

interface Setting {
  readonly file: string;
  readonly blocks: (value: string) => boolean;
  readonly advice: string;
}

const SETTINGS: readonly Setting[] = [
  {
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    blocks: (value) => value === '1',
    advice:
      'AppArmor forbids user namespaces (Ubuntu 23.10 and newer): sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give bwrap an AppArmor profile with "userns,".',
  },
  {
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    blocks: (value) => value === '0',
    advice: 'User namespaces are switched off: sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    file: '/proc/sys/user/max_user_namespaces',
    blocks: (value) => value === '0',
    advice: 'No user namespaces are allowed: sysctl -w user.max_user_namespaces=15000',
  },
];

function namespaceAdvice(): string[] {
  if (process.getuid?.() === 0)
    return SETTINGS.slice(2)
      .filter(isBlocking)
      .map(({ advice }) => advice);
  return SETTINGS.filter(isBlocking).map(({ advice }) => advice);
}

function isBlocking({ file, blocks }: Setting): boolean {
  try {
    return blocks(readFileSync(file, 'utf8').trim());
  } catch {
    return false;
  }
}
