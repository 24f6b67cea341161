// Plain JavaScript without packages: runs on the machine's own Node (>= 20), before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../..',
);
/** The Node that the project is written for; everything but this folder runs on it. */
export const pinnedNode = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Installs the packages of package-lock.json when node_modules is missing or is not what the lock file says. */
export function ensureInstalled() {
  const reason = reasonToInstall();
  if (reason === null) return;
  note(`installing packages (${reason}); this takes about a minute the first time`);
  const startedAt = Date.now();
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: pathWithoutOwnNode() },
    shell: process.platform === 'win32',
  });
  if (result.error)
    fail(
      `npm could not be started: ${result.error.message}`,
      'Install npm (it comes with Node.js) and try again.',
    );
  if (result.status !== 0) {
    fail(
      `npm ci ended with ${result.signal ?? `exit code ${result.status}`}.`,
      'Its own words are above. Most often the package registry cannot be reached: npm ping',
    );
  }
  const left = reasonToInstall();
  if (left !== null) fail(`After npm ci still: ${left}.`, adviceAfterInstall());
  note(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** Runs a program of this repository on the pinned Node, with its output on ours. Resolves with what ended it. */
export function runPinned(args, { timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(pinnedNode, args, {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH: [path.join(root, 'node_modules', '.bin'), pathWithoutOwnNode()].join(path.delimiter),
      },
    });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const timers = timeoutMs === undefined ? [] : endAfter(child, timeoutMs);
    child.once('error', (error) =>
      fail(`The pinned Node could not be started: ${error.message}`, adviceAfterInstall()),
    );
    child.once('close', (code, signal) => {
      for (const timer of timers) clearTimeout(timer);
      for (const name of signals) process.off(name, forward);
      resolve({ code, signal });
    });
  });
}

export function note(text) {
  process.stderr.write(`runyard: ${text}\n`);
}

const KILL_GRACE_MS = 15_000;

function endAfter(child, timeoutMs) {
  return [
    setTimeout(() => {
      note(`it reached its limit of ${timeoutMs / 60_000} minutes and is ended`);
      child.kill('SIGTERM');
    }, timeoutMs),
    setTimeout(() => child.kill('SIGKILL'), timeoutMs + KILL_GRACE_MS),
  ];
}

/** Why node_modules cannot be used as it is, or null. */
function reasonToInstall() {
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  if (wanted === null)
    fail('package-lock.json is missing or broken.', 'Restore it: git checkout package-lock.json');
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'there are none yet';
  const different = differenceOf(wanted, installed);
  if (different !== null) return different;
  return existsSync(pinnedNode) ? null : 'the pinned Node is missing';
}

function differenceOf(wanted, installed) {
  for (const [name, entry] of Object.entries(wanted)) {
    const found = installed[name];
    // Optional packages are for one platform each; npm leaves the others out.
    if (name === '' || entry.link || (found === undefined && entry.optional)) continue;
    if (found === undefined) return `${name} is missing`;
    if (found.version !== entry.version) return `${name} is ${found.version}, not ${entry.version}`;
  }
  const extra = Object.keys(installed).find((name) => wanted[name] === undefined);
  return extra === undefined ? null : `${extra} is not in package-lock.json`;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** npm itself must not run on the Node that it is about to replace. */
function pathWithoutOwnNode() {
  const own = path.join(root, 'node_modules');
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '' && !path.resolve(folder).startsWith(own))
    .join(path.delimiter);
}

function adviceAfterInstall() {
  return 'Install scripts may be switched off; the pinned Node needs its own. Try: npm ci --ignore-scripts=false';
}

function fail(what, next) {
  note(`${what}\n         ${next}`);
  process.exit(1);
}
