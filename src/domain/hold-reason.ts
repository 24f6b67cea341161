/** Why a queued run does not start now. Several can hold at once; all of them must end before it starts. */
export const holdReasons = [
  'paused',
  'repository-limit',
  'agent-limit',
  'provider-limit',
  'global-limit',
  'node-full',
  'low-disk',
  'low-memory',
] as const;

export type HoldReason = (typeof holdReasons)[number];

export interface HeldRun {
  readonly id: string;
  /** Never empty. */
  readonly reasons: readonly HoldReason[];
}
