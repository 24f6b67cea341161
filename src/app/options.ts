import type { LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';

export interface ControlPlaneOptions {
  readonly config: Config;
  /** Where its values came from, for people; absent: not known. */
  readonly loaded?: LoadedConfig | undefined;
  /** The host's environment; read here once, passed on filtered. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLog: (line: string) => void;
  /** Whether it starts and resumes runs; without, it answers questions and enforces deadlines. Default: true. */
  readonly drive?: boolean;
}

/** Between a missed heartbeat and a new owner. Local workers are noticed at once by their exit; this is for frozen ones. */
export const leaseMs = 15_000;
