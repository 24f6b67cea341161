import { randomBytes } from 'node:crypto';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { missingTool } from './end-error.ts';
import { MARK_NAME, newMark } from './end-marked.ts';
import { findExecutable } from './find-executable.ts';
import { type SandboxPrograms, sandboxArgv } from './sandbox-argv.ts';
import { hostMasks, hostReadable, inspectPath, sandboxPrograms } from './sandbox-host.ts';
import { type Mount, type MountRequest, planMounts } from './sandbox-mounts.ts';
import type { CommandSpec, SandboxPolicy } from './types.ts';

/** What is really started for a command, and how its tree is held together. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly isWrapper: boolean;
  /** bwrap tells on a descriptor of its own whether the command was started at all. */
  readonly hasStatusFd: boolean;
  readonly mark: { readonly name: string; readonly value: string } | null;
}

/** From what is asked for to what is started. An error means: nothing was started. */
export function prepareLaunch(spec: CommandSpec): Result<Launch, RunyardError> {
  const { sandbox } = spec;
  if (sandbox === undefined) return ok(plainLaunch(spec, null));
  if (sandbox.mode === 'none') {
    return ok(plainLaunch(spec, { name: MARK_NAME, value: newMark(randomBytes(12).toString('hex')) }));
  }
  const programs = sandboxPrograms();
  return sandbox.mode === 'bubblewrap'
    ? bubblewrapLaunch(spec, sandbox, programs)
    : pidNamespaceLaunch(spec, sandbox, programs);
}

function plainLaunch({ argv, cwd, env }: CommandSpec, mark: Launch['mark']): Launch {
  const [file, ...args] = argv;
  const marked = mark === null ? env : { ...env, [mark.name]: mark.value };
  return { file, args, cwd, env: marked, isWrapper: false, hasStatusFd: false, mark };
}

function bubblewrapLaunch(
  spec: CommandSpec,
  policy: SandboxPolicy,
  programs: SandboxPrograms,
): Result<Launch, RunyardError> {
  const needed = [...policy.writable, ...policy.bridges.map(({ socketPath }) => socketPath)];
  const missing = needed.find((path) => inspectPath(path) === null);
  if (missing !== undefined) return err(runyardError('process.sandbox-path-missing', { path: missing }));
  const cwd = inspectPath(spec.cwd)?.real;
  if (cwd === undefined) return err(runyardError('process.missing-folder', { folder: spec.cwd }));
  const mounts = mountsFor(policy, programs);
  const [file = programs.bwrap, ...args] = sandboxArgv({ policy, argv: spec.argv, cwd, mounts, programs });
  // Killed with its starter before it is set up, bwrap leaves a child that waits for ever: this finds it.
  const env = { ...spec.env, [MARK_NAME]: newMark(randomBytes(12).toString('hex')) };
  return ok({ file, args, cwd: '/', env, isWrapper: true, hasStatusFd: true, mark: null });
}

function mountsFor(policy: SandboxPolicy, programs: SandboxPrograms): Mount[] {
  const ours = policy.bridges.length > 0 ? [programs.node, programs.bridgeScript] : [];
  const request =
    (kind: MountRequest['kind']) =>
    (path: string): MountRequest => ({ kind, path });
  const requests = [
    ...[...hostMasks(), ...policy.masked].map(request('masked')),
    ...[...hostReadable(policy.network), ...ours, ...policy.readable].map(request('readable')),
    ...policy.writable.map(request('writable')),
  ];
  return planMounts(requests, inspectPath);
}

/** The file system is the host's here, so a missing program can be told before a shell inside has to. */
function pidNamespaceLaunch(
  spec: CommandSpec,
  policy: SandboxPolicy,
  programs: SandboxPrograms,
): Result<Launch, RunyardError> {
  const [tool] = spec.argv;
  if (inspectPath(spec.cwd) === null)
    return err(runyardError('process.missing-folder', { folder: spec.cwd }));
  if (!tool.includes('/') && findExecutable(tool, spec.env['PATH']) === null) {
    return err(missingTool(tool, spec.env['PATH']));
  }
  const argv = sandboxArgv({ policy, argv: spec.argv, cwd: spec.cwd, mounts: [], programs });
  const [file = programs.setpriv, ...args] = argv;
  return ok({ file, args, cwd: spec.cwd, env: spec.env, isWrapper: true, hasStatusFd: false, mark: null });
}
