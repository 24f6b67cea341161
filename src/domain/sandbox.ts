import { z } from 'zod';

/**
 * How strongly child processes are isolated on this host.
 * `bubblewrap`: own file-system view, PID and network namespace; nothing survives its end.
 * `pid-namespace`: nothing survives its end and other processes are invisible, but files and network are the host's.
 * `none`: process groups only; a child that leaves its group can survive (best effort).
 */
export const sandboxModes = ['bubblewrap', 'pid-namespace', 'none'] as const;
export const sandboxModeSchema = z.enum(sandboxModes);
export type SandboxMode = z.infer<typeof sandboxModeSchema>;
