import { fileURLToPath } from 'node:url';
import { fromErrorData } from '../../domain/errors/runyard-error.ts';
import { findExecutable, systemPath } from '../../process/find-executable.ts';
import { isAlive } from '../../process/process-identity.ts';
import { runProcess } from '../../process/run-process.ts';
import { ownMountsArgv } from '../overlay/detect-overlay.ts';
import {
  mountOptions,
  type OverlayRecord,
  overlayFolders,
  readOverlayRecord,
} from '../overlay/overlay-mount.ts';
import { type SnapshotOptions, snapshotWorkspace } from '../snapshot-workspace.ts';
import { type SnapshotRequest, snapshotAnswer } from './protocol.ts';

type Saved = { readonly ref: string; readonly commit: string; readonly tree: string } | null;

/**
 * Like `snapshotWorkspace`, for a process that does not have the work tree mounted: a node, whose worker does or did. While the worker lives
 * its own mount is looked into; after its death the layers are mounted again, for as long as the snapshot takes. null: nothing changed.
 */
export async function snapshotFromOutside(options: SnapshotOptions): Promise<Saved> {
  const record = readOverlayRecord(options.workspaceDir);
  if (record === null) {
    const made = await snapshotWorkspace(options);
    return made.unchanged ? null : made;
  }
  const request: SnapshotRequest = {
    ...options,
    knownTree: options.knownTree,
    date: options.date.toISOString(),
  };
  if (!isAlive(record)) return snapshotIn(remounted(record, options), request);
  try {
    return await snapshotIn(enter(record), request);
  } catch (error) {
    if (isAlive(record)) throw error;
    return snapshotIn(remounted(record, options), request);
  }
}

function enter({ pid }: OverlayRecord): [string, ...string[]] {
  return [findExecutable('nsenter') ?? 'nsenter', `--mount=/proc/${pid}/ns/mnt`, '--'];
}

/** Constant; everything that varies is an argument. */
const MOUNT_AND_RUN = 'mount -t overlay overlay -o "$1" "$2" && shift 2 && exec "$@"';

function remounted({ lower }: OverlayRecord, { workspaceDir }: SnapshotOptions): [string, ...string[]] {
  const { target } = overlayFolders(workspaceDir);
  return [...ownMountsArgv(), 'sh', '-c', MOUNT_AND_RUN, 'sh', mountOptions(workspaceDir, lower), target];
}

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));

async function snapshotIn(prefix: readonly [string, ...string[]], request: SnapshotRequest): Promise<Saved> {
  const result = await runProcess({
    argv: [...prefix, process.execPath, PROGRAM],
    cwd: '/',
    env: { PATH: systemPath },
    input: JSON.stringify(request),
    limits: { timeoutMs: 2 * request.timeoutMs, killGraceMs: 2000, maxOutputBytes: 64 * 1024 },
  });
  if (result.error) throw fromErrorData(result.error);
  const answer = snapshotAnswer.parse(JSON.parse(result.stdout));
  if ('error' in answer) throw fromErrorData(answer.error);
  return answer.saved;
}
