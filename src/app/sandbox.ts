import type { Config } from '../config/schema.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import { detectSandbox } from '../process/detect-sandbox.ts';

export interface ChosenSandbox {
  readonly mode: SandboxMode;
  readonly why: string;
  readonly next: string | null;
}

/** The isolation in force: what the configuration demands, else the strongest this host allows. */
export async function chooseSandbox(config: Config['sandbox']): Promise<ChosenSandbox> {
  if (config.mode === 'auto') return detectSandbox();
  return { mode: config.mode, why: 'sandbox.mode in the configuration says so.', next: null };
}
