import { findRunning } from '../connect.ts';
import type { CliContext } from '../context.ts';
import type { CommonOptions } from '../define-command.ts';
import { loadSettings } from '../load-settings.ts';

const MOST = 100;

/** Ids of the newest runs, a line each, if a server answers; nothing is started for it, and nothing is said when there is none. */
export async function printRunIds(context: CliContext, options: CommonOptions): Promise<void> {
  const { config } = await loadSettings(context, { ...options, json: true });
  const api = await findRunning(config.dataDir);
  if (!api) return;
  try {
    const { runs } = await api.listRuns({ limit: MOST });
    if (runs.length > 0) context.terminal.out(runs.map(({ id }) => id).join('\n'));
  } finally {
    api.close();
  }
}
