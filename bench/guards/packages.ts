import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gitText } from './alarms.ts';

const run = promisify(execFile);

/** Packages that publish their tests with their sources, with versions that follow one another. Another author's ordinary work. */
const published: Readonly<Record<string, readonly string[]>> = {
  'process-warning': [
    '2.0.0',
    '2.1.0',
    '2.2.0',
    '2.3.0',
    '2.3.1',
    '2.3.2',
    '3.0.0',
    '4.0.0',
    '4.0.1',
    '5.0.0',
    '5.1.0',
    '5.1.1',
  ],
  '@fastify/error': [
    '2.0.0',
    '3.0.0',
    '3.1.0',
    '3.2.0',
    '3.2.1',
    '3.3.0',
    '3.4.0',
    '3.4.1',
    '4.0.0',
    '4.1.0',
    '4.2.0',
    '4.2.1',
  ],
  '@fastify/cookie': [
    '9.3.0',
    '9.3.1',
    '9.4.0',
    '10.0.0',
    '10.0.1',
    '11.0.0',
    '11.0.1',
    '11.0.2',
    '11.1.0',
    '11.1.1',
    '11.1.2',
    '11.1.5',
  ],
  '@fastify/cors': [
    '10.0.1',
    '10.0.2',
    '10.1.0',
    '11.0.0',
    '11.0.1',
    '11.1.0',
    '11.2.0',
    '11.3.0',
    '11.3.1',
    '11.4.0',
    '11.4.1',
    '11.4.3',
  ],
  fastq: [
    '1.14.0',
    '1.15.0',
    '1.16.0',
    '1.17.0',
    '1.17.1',
    '1.18.0',
    '1.19.0',
    '1.19.1',
    '1.20.0',
    '1.20.1',
    '1.20.2',
    '1.20.3',
  ],
  'fast-uri': [
    '4.0.0',
    '4.0.1',
    '4.1.0',
    '4.1.1',
    '4.1.2',
    '4.1.3',
    '4.1.4',
    '4.1.5',
    '4.2.0',
    '4.2.1',
    '4.2.2',
    '4.2.3',
  ],
  '@fastify/static': [
    '9.3.0',
    '10.0.0',
    '10.1.0',
    '10.1.2',
    '10.1.3',
    '10.1.4',
    '10.1.5',
    '10.1.6',
    '10.1.7',
    '10.1.8',
    '10.1.10',
    '10.1.11',
  ],
  'light-my-request': [
    '5.12.0',
    '5.13.0',
    '5.14.0',
    '6.0.0',
    '6.1.0',
    '6.2.0',
    '6.3.0',
    '6.4.0',
    '6.5.1',
    '6.6.0',
    '6.8.0',
    '6.8.1',
  ],
  pino: [
    '9.12.0',
    '9.13.0',
    '9.13.1',
    '9.14.0',
    '10.0.0',
    '10.1.0',
    '10.1.1',
    '10.2.0',
    '10.2.1',
    '10.3.0',
    '10.3.1',
    '10.4.0',
  ],
};

export const packageNames = Object.keys(published);

/** A repository whose commits are the published versions of a package, the oldest first. */
export async function repositoryOf(name: string, folder: string) {
  const versions = published[name] ?? [];
  const tarballs = path.join(folder, 'tarballs');
  const tree = path.join(folder, 'tree');
  await mkdir(tarballs, { recursive: true });
  await mkdir(tree, { recursive: true });
  await run(
    'npm',
    ['pack', '--silent', '--pack-destination', tarballs, ...versions.map((version) => `${name}@${version}`)],
    { cwd: folder },
  );
  await gitText(tree, 'init', '-q', '-b', 'main');
  const pairs: { base: string; commit: string; name: string }[] = [];
  let base = '';
  for (const version of versions) {
    for (const entry of await readdir(tree))
      if (entry !== '.git') await rm(path.join(tree, entry), { recursive: true });
    const file = path.join(tarballs, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    await run('tar', ['-xzf', file, '--strip-components=1', '--no-same-owner', '-C', tree]);
    await gitText(tree, 'add', '-A', '-f');
    await gitText(
      tree,
      '-c',
      'user.name=B',
      '-c',
      'user.email=b@localhost',
      'commit',
      '-q',
      '--allow-empty',
      '--no-verify',
      '-m',
      version,
    );
    const commit = await gitText(tree, 'rev-parse', 'HEAD');
    if (base !== '') pairs.push({ base, commit, name: `${name}@${version}` });
    base = commit;
  }
  return { gitDir: path.join(tree, '.git'), pairs };
}
