import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RunyardError, runyardError } from '../../domain/errors/runyard-error.ts';
import { systemPath } from '../../process/find-executable.ts';
import { processIdentity } from '../../process/process-identity.ts';
import { runProcess } from '../../process/run-process.ts';

/*
 * Overlay mounts of a workspace. They are only made in a mount namespace of the worker's own, so they end with its last process, whatever
 * ends it, and the host's mount table never shows them.
 */

const mountSchema = z.object({
  /** Absolute; the first covers the others. Never written to. */
  lower: z.array(z.string()).min(1).readonly(),
  /** Who has it mounted. */
  pid: z.number().int(),
  startTime: z.string(),
});

/** What `<workspace>/layers/checkout/mount.json` says: enough to mount the work tree again, and that the layers are in use. */
export type OverlayRecord = z.infer<typeof mountSchema>;

export function overlayFolders(workspaceDir: string) {
  const layers = join(workspaceDir, 'layers', 'checkout');
  return {
    layers,
    upper: join(layers, 'upper'),
    work: join(layers, 'work'),
    record: join(layers, 'mount.json'),
    target: join(workspaceDir, 'checkout'),
  };
}

const ABSENT = ['ENOENT', 'ENOTDIR'];

/** null: the checkout is an ordinary folder. */
export function readOverlayRecord(workspaceDir: string): OverlayRecord | null {
  const { record } = overlayFolders(workspaceDir);
  try {
    return mountSchema.parse(JSON.parse(readFileSync(record, 'utf8')));
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Written before the layer is looked for: from then on whoever removes layers sees that this one is used. */
export function writeOverlayRecord(workspaceDir: string, lower: readonly string[]): void {
  const { layers, upper, work, record } = overlayFolders(workspaceDir);
  for (const folder of [layers, upper, work]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const startTime = processIdentity(process.pid)?.startTime ?? '0';
  const draft = `${record}.draft`;
  writeFileSync(draft, JSON.stringify({ lower, pid: process.pid, startTime } satisfies OverlayRecord));
  renameSync(draft, record);
}

export function forgetOverlay(workspaceDir: string): void {
  rmSync(overlayFolders(workspaceDir).layers, { recursive: true, force: true });
}

/** The `-o` of an overlay mount of a workspace's checkout. */
export function mountOptions(workspaceDir: string, lower: readonly string[]): string {
  const { upper, work } = overlayFolders(workspaceDir);
  return `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
}

const LIMITS = { timeoutMs: 10_000, killGraceMs: 500, maxOutputBytes: 4096 };

/** Mounts a workspace's checkout as its record says. Throws `git.overlay-failed`. */
export async function mountOverlay(workspaceDir: string, lower: readonly string[]): Promise<void> {
  const { target } = overlayFolders(workspaceDir);
  const options = mountOptions(workspaceDir, lower);
  await command(['mount', '-t', 'overlay', 'overlay', '-o', options, target], target);
}

export async function unmountOverlay(workspaceDir: string): Promise<void> {
  const { target } = overlayFolders(workspaceDir);
  await command(['umount', '--', target], target);
}

/** Like `unmountOverlay`, and never throws: what is in use is detached, and goes with the last that uses it. */
export async function detachOverlay(workspaceDir: string): Promise<void> {
  const { target } = overlayFolders(workspaceDir);
  await unmountOverlay(workspaceDir).catch(() =>
    command(['umount', '--lazy', '--', target], target).catch(() => undefined),
  );
}

async function command(argv: [string, ...string[]], folder: string): Promise<void> {
  const { error, stderr } = await runProcess({ argv, cwd: '/', env: { PATH: systemPath }, limits: LIMITS });
  if (!error) return;
  throw runyardError('git.overlay-failed', { folder, detail: stderr.trim() || error.why });
}

export function isOverlayFailure(error: unknown): error is RunyardError {
  return error instanceof RunyardError && error.code === 'git.overlay-failed';
}

/** Whether mounts made here stay here: this process has a mount namespace that its parent does not share. */
export function hasOwnMounts(): boolean {
  try {
    return readlinkSync('/proc/self/ns/mnt') !== readlinkSync(`/proc/${process.ppid}/ns/mnt`);
  } catch {
    return false;
  }
}
