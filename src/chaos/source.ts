import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemPath } from '../process/find-executable.ts';
import type { SeenBranch } from './snapshot.ts';

/** A throw-away repository that runs work on. */
export interface Source {
  readonly folder: string;
  /** What no run may change, by name. */
  state(): Record<string, string>;
  branches(): Omit<SeenBranch, 'runId'>[];
  /** Everything that was committed, as text. */
  history(): string;
}

export function createSource(folder: string): Source {
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      env: environment,
      timeout: 30_000,
    }).trim();
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(folder, 'README.md'), '# A repository of the chaos test\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  git('tag', 'v1');
  const read = (name: string) => readFileSync(path.join(folder, '.git', name), 'utf8');
  return {
    folder,
    state: () => ({
      refs: git('for-each-ref', '--format=%(refname) %(objectname)')
        .split('\n')
        .filter((line) => !ours.test(line))
        .join('\n'),
      HEAD: read('HEAD'),
      config: read('config'),
      hooks: readdirSync(path.join(folder, '.git/hooks')).join('\n'),
      'work tree': git('status', '--porcelain', '--ignored'),
      locks: readdirSync(path.join(folder, '.git'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.lock'))
        .join('\n'),
    }),
    branches: () =>
      git('for-each-ref', '--format=%(refname:short)', 'refs/heads/runyard')
        .split('\n')
        .filter(Boolean)
        .map((name) => ({ name, commits: Number(git('rev-list', '--count', `main..${name}`)) })),
    history: () => git('log', '--all', '-p'),
  };
}

/** Names a run may make. */
const ours = /^refs\/(?:(?:heads\/runyard|tags\/ai)\/|notes\/runyard )/;

const environment = {
  PATH: systemPath,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Chaos',
  GIT_AUTHOR_EMAIL: 'chaos@example.com',
  GIT_COMMITTER_NAME: 'Chaos',
  GIT_COMMITTER_EMAIL: 'chaos@example.com',
};
