import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';

/** Loads the configuration of a command and prints its warnings, unless the output is for programs. */
export async function loadSettings(
  context: CliContext,
  options: CommonOptions & { host?: string; port?: number; drain?: string },
  projectDir?: string,
): Promise<LoadedConfig> {
  const { env, cwd, terminal } = context;
  const { config, dataDir, host, port, drain } = options;
  const loaded = await loadConfig({
    env,
    cwd,
    flags: { config, dataDir, host, port, drain },
    ...(projectDir === undefined ? {} : { projectDir }),
  });
  if (!options.json)
    for (const warning of loaded.warnings) terminal.err(`${terminal.style.yellow('warning:')} ${warning}`);
  return loaded;
}
