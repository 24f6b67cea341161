import { snapshotWorkspace } from '../git/snapshot-workspace.ts';

/** The supervisor's way to keep what a dead worker left; git stays out of the supervisor's own files. */
export const snapshotLeftWork = snapshotWorkspace;
