import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import {
  forgetOverlay,
  isOverlayFailure,
  mountOverlay,
  overlayFolders,
  readOverlayRecord,
  unmountOverlay,
  writeOverlayRecord,
} from './overlay-mount.ts';

/**
 * Puts a prepared folder beneath what stands in a workspace's checkout, be that mounted already or an ordinary folder: its files show where the
 * checkout has none, and whoever writes to them writes to the workspace. False: it cannot be mounted, and all is as before. Nothing may use
 * the checkout meanwhile.
 */
export async function layBeneath(workspaceDir: string, prepared: string): Promise<boolean> {
  const mounted = readOverlayRecord(workspaceDir)?.lower ?? null;
  if (mounted && !(await isDone(unmountOverlay(workspaceDir)))) return false;
  const lower = [prepared, ...(mounted ?? [])];
  writeOverlayRecord(workspaceDir, lower);
  if (!mounted) exchange(workspaceDir, 'target', 'upper');
  if (await isDone(mountOverlay(workspaceDir, lower))) return true;
  if (mounted) {
    writeOverlayRecord(workspaceDir, mounted);
    await mountOverlay(workspaceDir, mounted);
  } else {
    exchange(workspaceDir, 'upper', 'target');
    forgetOverlay(workspaceDir);
  }
  return false;
}

async function isDone(mounting: Promise<void>): Promise<boolean> {
  try {
    await mounting;
    return true;
  } catch (error) {
    if (!isOverlayFailure(error)) throw error;
    return false;
  }
}

/** The folder with the files takes the place of the empty one: what was the checkout becomes what is written to, or the other way round. */
function exchange(workspaceDir: string, full: 'target' | 'upper', empty: 'target' | 'upper'): void {
  const folders = overlayFolders(workspaceDir);
  rmdirSync(folders[empty]);
  renameSync(folders[full], folders[empty]);
  mkdirSync(folders[full]);
}
