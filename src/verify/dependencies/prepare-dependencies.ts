import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { CheckResult, Diagnostic } from '../../domain/verdict.ts';
import { withFolderLock } from '../../git/folder-lock.ts';
import { isGitError } from '../../git/git.ts';
import { canonicalJson, sha256Hex } from '../../lib/canonical-json.ts';
import { childEnvironment } from '../../process/child-environment.ts';
import { runProcess } from '../../process/run-process.ts';
import type { ProcessResult } from '../../process/types.ts';
import { checkEnvironment } from '../check-environment.ts';
import { classify } from '../classify/classify.ts';
import type { Install } from '../detect/install.ts';
import { readSmallFile } from '../detect/repository-files.ts';
import { environmentFolder } from '../detect/requirement-files.ts';
import { nodeIdentity, programIdentity } from '../node-identity.ts';
import { outputOf } from '../output-of.ts';
import { type Problem, toDiagnostic } from '../parse/problem.ts';
import { installSandbox, proxyEnvironment, type VerifyHost } from '../sandbox-settings.ts';
import { keepManager, type ManagerFolder, managerFolder } from './bring-manager.ts';
import type { DependencyLayer } from './dependency-layer.ts';
import { type InstallInputs, readInstallInputs, writeInstallInputs } from './install-inputs.ts';
import { placeOfIntegrity } from './integrity-place.ts';
import { npmrcFor, readNpmSettings } from './npm-settings.ts';
import { isReal } from './real-path.ts';

export type Prepared =
  | { readonly kind: 'ready'; readonly layer: DependencyLayer; readonly reused: boolean }
  | { readonly kind: 'failed'; readonly failure: InstallFailure };

export interface InstallFailure {
  readonly status: CheckResult['status'];
  readonly exitCode: number | null;
  readonly output: string;
  readonly durationMs: number;
  readonly diagnostic: Diagnostic;
}

export interface PrepareOptions {
  /** A clean checkout; only read. */
  readonly checkout: string;
  readonly install: Install;
  /** `<data>/dependencies`. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly host: VerifyHost;
}

/**
 * Installs what a checkout's lock file names, once per distinct lock file, with the repository's own package manager in the sandbox. The
 * work is done in a temporary folder and renamed, so a layer is whole or not there; two runs at once do it once.
 */
export async function prepareDependencies(options: PrepareOptions): Promise<Prepared> {
  const inputs = await readInstallInputs(options.checkout, options.install.argv);
  const layer = layerOf(options, inputs);
  const ready = (reused: boolean): Prepared => ({ kind: 'ready', layer, reused });
  // Retention goes by it; before the look, so that a layer that is being removed is not taken for there.
  await utimes(layer.folder, new Date(), new Date()).catch(() => undefined);
  if (await isThere(layer.folder)) return ready(true);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  return underLock(layer, options, async () => {
    options.host.signal.throwIfAborted();
    if (await isThere(layer.folder)) return ready(true);
    const failure = await makeLayer(options, inputs, layer);
    return failure ? { kind: 'failed', failure } : ready(false);
  });
}

/** Waits for another run that installs the same, at most as long as an installation may take (S2). */
async function underLock<T>(
  layer: DependencyLayer,
  { timeoutMs, host }: PrepareOptions,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const done = new AbortController();
  try {
    const locked = withFolderLock(`${layer.folder}.lock`, timeoutMs, work);
    return await Promise.race([locked, rejectOnAbort(host.signal, done.signal)]);
  } catch (error) {
    if (!isGitError(error, 'git.locked')) throw error;
    const waitedMs = performance.now() - started;
    throw runyardError('verify.dependencies-locked', { folder: layer.folder, waitedMs }, error);
  } finally {
    done.abort();
  }
}

/** Rejects with the reason of `signal`; stops listening once `done` aborts. */
async function rejectOnAbort(signal: AbortSignal, done: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort', { signal: done });
  throw signal.reason;
}

function layerOf(
  { folder, install, host, checkout }: PrepareOptions,
  inputs: InstallInputs,
): DependencyLayer {
  const parts = {
    inputs: { files: inputs.files, manifests: inputs.manifests },
    argv: install.argv,
    brings: install.brings ?? null,
    node: nodeIdentity(host.environment),
    preparedBy: install.prepares ? programIdentity(install.prepares[0], host.environment) : null,
    platform: process.platform,
    arch: process.arch,
    // A name of a checkout may end up in what a command of the repository makes; a package manager's result is free of it.
    checkout: inputs.needsSources ? basename(checkout) : null,
  };
  const key = sha256Hex(canonicalJson(parts)).slice(0, 32);
  return { key, folder: join(folder, key) };
}

async function isThere(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => null))?.isDirectory() === true;
}

/** null: the layer is in place. */
async function makeLayer(
  options: PrepareOptions,
  inputs: InstallInputs,
  layer: DependencyLayer,
): Promise<InstallFailure | null> {
  const { checkout, install, host } = options;
  const work = await mkdtemp(`${layer.folder}.tmp-`);
  try {
    const tree = join(work, 'tree');
    const home = join(work, 'home');
    await mkdir(tree);
    await mkdir(home);
    await writeInstallInputs(checkout, inputs, tree);
    const run = await installer(options, { tree, home });
    const manager = install.brings ? await managerFolder(work, install.brings) : null;
    const steps = [manager?.argv, install.prepares, install.argv].filter((argv) => argv !== undefined);
    for (const step of steps) {
      const result = await onceMoreIfTransient(() => run(step, manager), host.signal);
      host.signal.throwIfAborted();
      if (result.error) return await failureOf(result, step, checkout);
    }
    await rename(await keepInstalled({ tree, inputs, work, install, manager }), layer.folder);
    return null;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs a step of an installation in its sandbox; a manager that was brought comes before the machine's. */
async function installer(
  { host, timeoutMs }: PrepareOptions,
  { tree, home }: { tree: string; home: string },
): Promise<(argv: Install['argv'], manager: ManagerFolder | null) => Promise<ProcessResult>> {
  const env = await installEnvironment(home, host);
  return (argv, manager) =>
    runProcess({
      argv,
      cwd: manager?.argv === argv ? manager.folder : tree,
      env: manager ? { ...env, PATH: `${manager.bin}:${env['PATH'] ?? ''}` } : env,
      limits: { timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: 1024 * 1024 },
      // Not the folder above: the layer is made there, out of reach of what an installation runs.
      sandbox: installSandbox(host, [tree, home, ...(manager ? [manager.folder] : [])]),
      redact: host.redact,
      signal: host.signal,
    });
}

async function installEnvironment(home: string, host: VerifyHost): Promise<Record<string, string>> {
  const npmrc = join(home, '.npmrc');
  await writeFile(npmrc, npmrcFor(await readNpmSettings(host.environment, host.signal)));
  const extra = {
    ...checkEnvironment,
    npm_config_userconfig: npmrc,
    npm_config_cache: join(home, '.npm'),
    npm_config_store_dir: join(home, '.pnpm-store'),
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
    // The version that runs is the one that was chosen; another would have to be fetched when a check starts.
    npm_config_manage_package_manager_versions: 'false',
    COREPACK_ENABLE_STRICT: '0',
    ...proxyEnvironment(host),
  };
  return childEnvironment(host.environment, { home, extra });
}

async function onceMoreIfTransient(
  run: () => Promise<ProcessResult>,
  signal: AbortSignal,
): Promise<ProcessResult> {
  const first = await run();
  if (!first.error || first.cause !== 'exited' || signal.aborted) return first;
  return classify({ text: outputOf(first), exitCode: first.exitCode, tool: 'npm' }).transient ? run() : first;
}

async function failureOf(
  result: ProcessResult,
  argv: readonly string[],
  checkout: string,
): Promise<InstallFailure> {
  const command = argv.join(' ');
  const output = outputOf(result);
  const timedOut =
    result.cause === 'timed-out' || result.cause === 'silent' || result.cause === 'no-first-output';
  const found = classify({
    text: output,
    exitCode: result.exitCode,
    tool: command,
    root: checkout,
  });
  const diagnostic = toDiagnostic(
    {
      category: timedOut ? 'timeout' : found.category === 'none' ? 'config_error' : found.category,
      message: timedOut
        ? `${command} reached its time limit`
        : `${command}: ${found.message ?? result.error?.what ?? 'failed'}`,
      file: found.file,
      line: found.line,
      symbol: found.symbol,
      hint: found.hint,
      ...(found.category === 'integrity_error' ? await integrityPlace(output, checkout) : null),
    },
    checkout,
  );
  const status = timedOut ? 'timed-out' : result.cause === 'not-started' ? 'not-run' : 'failed';
  return { status, exitCode: result.exitCode, output, durationMs: result.durationMs, diagnostic };
}

async function integrityPlace(output: string, checkout: string): Promise<Pick<Problem, 'symbol'> | null> {
  for (const path of ['package-lock.json', 'npm-shrinkwrap.json']) {
    const text = await readSmallFile(join(checkout, path));
    if (text !== null) return placeOfIntegrity(output, { path, text });
  }
  return null;
}

interface Installed {
  readonly tree: string;
  readonly inputs: InstallInputs;
  readonly work: string;
  readonly install: Install;
  readonly manager: ManagerFolder | null;
}

/**
 * Keeps what an installation made: node_modules beside every manifest, and the files of yarn's Plug'n'Play. The name of the new folder
 * cannot be known before, so nothing can lie there in wait where a weak sandbox would have allowed it.
 */
async function keepInstalled({ tree, inputs, work, install, manager }: Installed): Promise<string> {
  const layer = await mkdtemp(join(work, 'layer-'));
  await mkdir(join(layer, 'tree'));
  const folders = inputs.manifests.map(({ path }) => dirname(path));
  const candidates = [
    ...folders.map((folder) => (folder === '.' ? 'node_modules' : `${folder}/node_modules`)),
    ...['.pnp.cjs', '.pnp.loader.mjs', '.yarn/cache', '.yarn/unplugged', '.yarn/install-state.gz'],
    environmentFolder,
    // Without it yarn runs nothing of what it installed. One of the commit is there already.
    ...(inputs.files.some(({ path }) => path === 'yarn.lock') ? [] : ['yarn.lock']),
  ];
  const paths: string[] = [];
  for (const path of candidates) {
    if (!(await isReal(tree, path))) continue;
    await mkdir(dirname(join(layer, 'tree', path)), { recursive: true });
    await rename(join(tree, path), join(layer, 'tree', path));
    paths.push(path);
  }
  if (manager && install.brings) {
    const isNew = await keepManager(join(layer, 'tree'), manager, install.brings.program);
    if (isNew) paths.push('node_modules');
  }
  await writeFile(join(layer, 'layer.json'), JSON.stringify({ paths }), { flag: 'wx' });
  return layer;
}
