import { mkdirSync } from 'node:fs';
import { messageOf } from '../../domain/errors/runyard-error.ts';
import { type CheckoutLayer, isWhole, type LayerRequest, layerFor } from './checkout-layer.ts';
import {
  forgetOverlay,
  isOverlayFailure,
  mountOverlay,
  overlayFolders,
  writeOverlayRecord,
} from './overlay-mount.ts';

export interface LaidOverlay {
  readonly layer: CheckoutLayer | null;
  /** Why there is none, or which commit's files lie below. */
  readonly why: string;
}

/** Mounts a workspace's checkout over a prepared layer. Without one, and where mounting fails, the caller checks out. */
export async function layOverlay(workspaceDir: string, request: LayerRequest): Promise<LaidOverlay> {
  const layer = await layerFor(request);
  if (layer === null) return { layer, why: 'There are too few files, or no prepared checkout is near.' };
  try {
    writeOverlayRecord(workspaceDir, [layer.tree]);
    if (!isWhole(layer)) {
      forgetOverlay(workspaceDir);
      return { layer: null, why: 'The prepared checkout was removed meanwhile.' };
    }
    mkdirSync(overlayFolders(workspaceDir).target, { recursive: true });
    await mountOverlay(workspaceDir, [layer.tree]);
    return { layer, why: `Mounted over the prepared files of ${layer.commit}.` };
  } catch (error) {
    if (!isOverlayFailure(error)) throw error;
    forgetOverlay(workspaceDir);
    return { layer: null, why: messageOf(error) };
  }
}
