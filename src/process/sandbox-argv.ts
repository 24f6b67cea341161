import { MARK_NAME } from './end-marked.ts';
import type { Mount } from './sandbox-mounts.ts';
import type { Bridge, SandboxPolicy } from './types.ts';

/** Programs of the host that make up a sandbox; absolute paths. */
export interface SandboxPrograms {
  readonly bwrap: string;
  readonly setpriv: string;
  readonly unshare: string;
  readonly sh: string;
  readonly node: string;
  readonly bridgeScript: string;
}

export interface SandboxedCommand {
  readonly policy: SandboxPolicy;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** In order, from `planMounts`. Only bubblewrap uses them. */
  readonly mounts: readonly Mount[];
  readonly programs: SandboxPrograms;
}

/** The file descriptor on which bwrap reports how far it came. */
export const bwrapStatusFd = 3;

/** The argv that runs a command in its sandbox. Pure: everything it needs to know of the host is passed in. */
export function sandboxArgv(command: SandboxedCommand): string[] {
  switch (command.policy.mode) {
    case 'bubblewrap':
      return bubblewrapArgv(command);
    case 'pid-namespace':
      return pidNamespaceArgv(command);
    case 'none':
      return [...command.argv];
  }
}

/** Where the sockets of bridges stand inside, so that neither the data folder's layout nor long paths get in. */
export function bridgeSocketInside(index: number): string {
  return `/run/runyard/${index}.sock`;
}

const NAMESPACES = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
];
const IDENTITY = ['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox', '--cap-drop', 'ALL'];
const LIFE = [
  ...['--die-with-parent', '--new-session', '--json-status-fd', String(bwrapStatusFd)],
  // For bwrap itself; what runs inside has no use for it.
  ...['--unsetenv', MARK_NAME],
];
const BASE_VIEW = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];

function bubblewrapArgv({ policy, argv, cwd, mounts, programs }: SandboxedCommand): string[] {
  const network = policy.network === 'none' ? ['--unshare-net'] : [];
  const sockets = policy.bridges.map(({ socketPath }, i) => ['--ro-bind', socketPath, bridgeSocketInside(i)]);
  const view = [BASE_VIEW, ...mounts.map(mountArgs), ...sockets, ['--chdir', cwd]].flat();
  const command = [...bridgeArgs(policy.bridges, programs), ...argv];
  return [programs.bwrap, ...NAMESPACES, ...network, ...IDENTITY, ...LIFE, ...view, '--', ...command];
}

function mountArgs({ kind, at, source, isFolder }: Mount): string[] {
  if (kind === 'writable') return ['--bind', source, at];
  if (kind === 'readable') return ['--ro-bind', source, at];
  return isFolder ? ['--tmpfs', at] : ['--ro-bind', '/dev/null', at];
}

function bridgeArgs(bridges: readonly Bridge[], { node, bridgeScript }: SandboxPrograms): string[] {
  if (bridges.length === 0) return [];
  const table = bridges.map(({ port }, i) => `${port}=${bridgeSocketInside(i)}`).join(',');
  return [node, bridgeScript, table];
}

/**
 * A PID namespace ends with its first process, and that one ignores every signal it does not handle. So a shell comes first: the
 * command is an ordinary process that TERM ends, and orphans are reaped. It reports death by a signal as 128 + its number.
 */
function pidNamespaceArgv({ argv, programs }: SandboxedCommand): string[] {
  const { setpriv, unshare, sh } = programs;
  return [
    setpriv,
    '--pdeathsig',
    'KILL',
    '--',
    unshare,
    ...PID_NAMESPACE,
    '--',
    sh,
    '-c',
    FIRST,
    'sh',
    ...argv,
  ];
}

const PID_NAMESPACE = [
  '--user',
  '--map-root-user',
  '--pid',
  '--fork',
  '--kill-child=SIGKILL',
  '--mount-proc',
];
const FIRST = '"$@"; exit $?';
