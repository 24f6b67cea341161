import type { LoadedConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { type ErrorData, runyardError, toErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';
import { detectOverlay } from '../../git/overlay/detect-overlay.ts';
import { detectSandbox } from '../../process/detect-sandbox.ts';
import { checkAgents } from './check-agents.ts';
import { checkDatabase } from './check-database.ts';
import { checkKeys, type ProbeProvider } from './check-keys.ts';
import {
  checkDataDir,
  checkDisk,
  checkGit,
  checkNode,
  checkPrompts,
  nearestFolder,
} from './check-machine.ts';
import { failureOf, good, warning } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DoctorOptions {
  readonly loaded: LoadedConfig | ErrorData;
  readonly env: Environment;
  /** null: providers are not asked. */
  readonly probe: ProbeProvider | null;
}

/** Everything that can keep a run from working, checked one by one; what needs the configuration is left out when it is broken. */
export async function runDoctor({ loaded, env, probe }: DoctorOptions): Promise<Finding[]> {
  const first = [checkNode(), await checkGit(env), await checkPrompts()];
  if (!('config' in loaded)) return [...first, failureOf('config', loaded, 'configuration')];
  const { config } = loaded;
  const dataDir = await checkDataDir(config);
  const rest = await Promise.all([
    checkDisk(config),
    // A folder that must not be used is not used to try the database either.
    dataDir.status === 'fail' ? [] : checkDatabase(config),
    checkSandbox(config),
    dataDir.status === 'fail' ? [] : checkWorkspaces(config),
  ]);
  return [
    ...first,
    ...configFindings(loaded),
    dataDir,
    ...rest.flat(),
    ...(await checkAgents(config, env)),
    ...(await checkKeys(config, probe)),
  ];
}

/** What a control plane needs before it starts; the database and the sandbox show themselves when they are started. */
export async function requireReady(config: Config, env: Environment): Promise<void> {
  const findings = [
    checkNode(),
    ...(await Promise.all([checkGit(env), checkPrompts(), checkDataDir(config), checkDisk(config)])),
  ];
  const failed = findings.find(({ status }) => status === 'fail');
  if (!failed) return;
  throw runyardError('config.not-ready', {
    check: failed.what,
    problem: failed.why,
    mend: failed.next ?? 'See: runyard doctor',
  });
}

function configFindings({ files, warnings }: LoadedConfig): Finding[] {
  const what = files.length > 0 ? `Read from ${files.join(' and ')}.` : 'No file; defaults and environment.';
  const noted = warnings.map((text) =>
    warning('config', text, { why: '', next: null, area: 'configuration' }),
  );
  return [good('config', what), ...noted];
}

/** A checkout is slower and never wrong, so it is no warning unless something else was asked for. */
async function checkWorkspaces({ dataDir, workspace }: Config): Promise<Finding> {
  const wanted = workspace.strategy;
  const found = await detectOverlay({ wanted, dataDir: await nearestFolder(dataDir) });
  const what = `In force: ${found.strategy}.`;
  if (wanted === 'overlay' && found.strategy !== wanted) return warning('workspaces', what, found);
  return good('workspaces', what, found.next === null ? found.why : `${found.why} ${found.next}`);
}

async function checkSandbox({ sandbox }: Config): Promise<Finding> {
  try {
    const { mode, why, next } = await detectSandbox(sandbox.mode);
    const what = `In force: ${mode}.`;
    return mode === 'bubblewrap' ? good('isolation', what, why) : warning('isolation', what, { why, next });
  } catch (error) {
    return failureOf('isolation', toErrorData(error));
  }
}
