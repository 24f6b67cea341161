import { spawnSync } from 'node:child_process';
import { note } from './install.mjs';

/** What the tests use beyond npm packages: the program that shows it is there, and the Debian package that brings it. */
const wanted = [
  {
    program: 'bwrap',
    package: 'bubblewrap',
    without: 'children run in a weaker sandbox, and its tests are skipped',
  },
  {
    program: '/usr/lib/postgresql/15/bin/postgres',
    package: 'postgresql-15',
    without: 'the tests of several nodes on PostgreSQL 15 are skipped',
  },
  {
    program: 'chromium',
    package: 'chromium',
    without: 'the tests of the dashboard in a browser are skipped',
  },
];

const INSTALL_LIMIT_MS = 5 * 60_000;

/** Installs missing Debian packages where that is possible without asking: as root, with apt-get. Never fails. */
export function ensureDebianPackages() {
  const missing = wanted.filter(({ program }) => !runs(program, ['--version']));
  if (missing.length === 0) return;
  const names = missing.map((entry) => entry.package);
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !runs('apt-get', ['--version'])) {
    for (const entry of missing) note(`${entry.package} is not installed: ${entry.without}`);
    return;
  }
  note(`installing Debian packages: ${names.join(', ')}`);
  if (install(names)) return;
  aptGet(['update']);
  if (install(names)) return;
  for (const entry of missing) note(`${entry.package} could not be installed: ${entry.without}`);
}

function install(names) {
  return aptGet(['install', '--yes', '--no-install-recommends', ...names]);
}

function aptGet(args) {
  const result = spawnSync('apt-get', ['--quiet', '--quiet', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: INSTALL_LIMIT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return true;
  note(`apt-get ${args[0]}: ${(result.error?.message ?? result.stderr).trim().split('\n').at(-1)}`);
  return false;
}

function runs(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
