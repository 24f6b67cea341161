import { cp, lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, runyardError } from '../../domain/errors/runyard-error.ts';
import { childEnvironment } from '../../process/child-environment.ts';
import { runProcess } from '../../process/run-process.ts';
import { checkSandbox, type VerifyHost } from '../sandbox-settings.ts';
import { type DependencyLayer, layerPaths, packagesTree } from './dependency-layer.ts';

/**
 * Copies a layer into a checkout, so that whatever runs there can write to its packages and not to the shared ones. The checkout's
 * content is an agent's: a link in the place of a folder is refused, and the copying itself is sandboxed.
 */
export async function placeDependencies(
  layer: DependencyLayer,
  { checkout, host, timeoutMs }: { checkout: string; host: VerifyHost; timeoutMs: number },
): Promise<void> {
  const placeable: string[] = [];
  for (const path of await layerPaths(layer)) if (await makeRoom(checkout, path)) placeable.push(path);
  if (placeable.length === 0) return;
  if (process.platform === 'linux') await copyWithSystem(layer, placeable, { checkout, host, timeoutMs });
  else await copyWithNode(layer, placeable, checkout);
}

/** false: the folder the packages belong to is not in this checkout. */
async function makeRoom(checkout: string, path: string): Promise<boolean> {
  const parents = dirname(path) === '.' ? [] : dirname(path).split('/');
  let folder = checkout;
  for (const part of parents) {
    folder = join(folder, part);
    const stats = await lstat(folder).catch(() => null);
    if (!stats && part === '.yarn') await mkdir(folder);
    else if (!stats?.isDirectory()) return false;
  }
  await rm(join(checkout, path), { recursive: true, force: true });
  return true;
}

async function copyWithSystem(
  layer: DependencyLayer,
  paths: readonly string[],
  { checkout, host, timeoutMs }: { checkout: string; host: VerifyHost; timeoutMs: number },
): Promise<void> {
  const policy = checkSandbox(host, [checkout]);
  const result = await runProcess({
    argv: ['cp', '-a', '--reflink=auto', '--parents', '--', ...paths, checkout],
    cwd: packagesTree(layer),
    env: childEnvironment(host.environment, { home: '/nonexistent' }),
    limits: { timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: 64 * 1024 },
    sandbox: { ...policy, readable: [...policy.readable, layer.folder] },
    redact: host.redact,
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  if (!result.error) return;
  const detail = result.stderr.trim().split('\n').slice(-3).join(' ') || result.error.why;
  throw runyardError('verify.placement-failed', { from: layer.folder, detail });
}

async function copyWithNode(
  layer: DependencyLayer,
  paths: readonly string[],
  checkout: string,
): Promise<void> {
  try {
    for (const path of paths) {
      await cp(join(packagesTree(layer), path), join(checkout, path), {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
    }
  } catch (error) {
    throw runyardError('verify.placement-failed', { from: layer.folder, detail: messageOf(error) }, error);
  }
}
