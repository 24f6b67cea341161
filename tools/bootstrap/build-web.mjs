// `npm run build [-- --if-possible]`: builds the dashboard into web/dist, and what a browser is sent in two compressed forms beside it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { note, root, runPinned } from './install.mjs';

const web = path.join(root, 'web');
const dist = path.join(web, 'dist');
const stamp = path.join(dist, '.source');
const BUILD_LIMIT_MS = 3 * 60_000;
const SMALLEST_COMPRESSED_BYTES = 1_024;

/** Does nothing when web/dist was built from what web/ and the lock file say now. Resolves with whether it is there. */
export async function ensureWebBuilt() {
  const wanted = sourceHash();
  if (builtFrom() === wanted) return true;
  // A build that is cut off must not look like a finished one.
  rmSync(stamp, { force: true });
  const { code } = await runPinned(['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'], {
    timeoutMs: BUILD_LIMIT_MS,
  });
  if (code !== 0) {
    note('the dashboard could not be built; everything else works without it');
    return false;
  }
  compress(path.join(dist, 'assets'));
  writeFileSync(stamp, wanted);
  return true;
}

function sourceHash() {
  const hash = createHash('sha256');
  for (const file of [...filesOf(web), path.join(root, 'package-lock.json')].sort()) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'node_modules') return [];
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesOf(file) : [file];
  });
}

function builtFrom() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function compress(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const file = path.join(folder, name);
    const content = readFileSync(file);
    if (content.length < SMALLEST_COMPRESSED_BYTES) continue;
    writeFileSync(`${file}.gz`, gzipSync(content));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 6 };
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  }
}

if (process.argv[1] === import.meta.filename) {
  if (!(await ensureWebBuilt())) process.exitCode = process.argv.includes('--if-possible') ? 0 : 1;
}
