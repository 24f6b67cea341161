// Adds to package-lock.json the optional packages that the registry in use does not offer (binaries for other platforms, most often):
// npm leaves them out when it writes the file, and `npm ci` then refuses the file, here and on those platforms.
// `npm run lock` writes, with --check it only says.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';

const file = path.join(root, 'package-lock.json');
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingPackages(lock.packages);
const names = Object.keys(missing);
if (names.length === 0) {
  console.log('package-lock.json is complete.');
} else if (process.argv.includes('--check')) {
  console.log(`package-lock.json lacks ${names.join(', ')}. Write them with: npm run lock`);
  process.exitCode = 1;
} else {
  lock.packages = sorted({ ...lock.packages, ...missing });
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${names.length} optional packages of other platforms to package-lock.json.`);
}

function missingPackages(packages) {
  const found = {};
  for (const [where, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isExact(version) || visibleFrom(where, name, packages)?.version === version) continue;
      const beside = where.slice(0, where.lastIndexOf('node_modules/'));
      const { cpu, os } = platformOf(name);
      found[`${beside}node_modules/${name}`] = {
        version,
        ...cpu,
        ...(entry.dev && { dev: true }),
        optional: true,
        ...os,
      };
    }
  }
  return found;
}

/** The package that an import of `name` finds from the folder `where`, as Node looks for it. */
function visibleFrom(where, name, packages) {
  for (let folder = where; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
    if (found !== undefined || folder === '') return found;
  }
}

function isExact(version) {
  return /^\d+\.\d+\.\d+/.test(version);
}

function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words
    .map((word) => (word === 'windows' ? 'win32' : word))
    .filter((word) => systems.includes(word));
  const cpu = words
    .map((word) => (/^arm-?(eabi|musleabihf|gnueabihf)$/.test(word) ? 'arm' : word))
    .filter((word) => processors.includes(word));
  return { cpu: cpu.length > 0 && { cpu }, os: os.length > 0 && { os } };
}

function sorted(packages) {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}
