import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TestRepository {
  readonly folder: string;
  git(...args: string[]): string;
  write(name: string, content: string): Promise<void>;
  commit(message: string): string;
}

/** A temporary folder of this test run, removed by `remove`. Named so that leftovers can be told from other people's. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-e2e-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A real git repository with one commit of the given files. */
export async function createRepository(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<TestRepository> {
  await mkdir(folder, { recursive: true });
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  for (const [name, content] of Object.entries(files)) await repository.write(name, content);
  if (Object.keys(files).length > 0) repository.commit('first');
  return repository;
}

/** A real git repository with a copy of a folder as its first commit. */
export async function repositoryFromFolder(source: string, folder: string): Promise<TestRepository> {
  await cp(source, folder, { recursive: true, filter: (file) => !file.includes('node_modules') });
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  repository.commit('first');
  return repository;
}

export function openRepository(folder: string): TestRepository {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  return {
    folder,
    git,
    async write(name, content) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
    },
    commit(message) {
      git('add', '-A');
      git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}
