import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A repository with one file and one commit. */
export async function oneFileRepository(target: string): Promise<string> {
  await mkdir(target);
  await writeFile(path.join(target, 'file.txt'), 'as it was\n');
  const git = (...args: string[]) => execute('git', args, { cwd: target });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Bench');
  await git('config', 'user.email', 'bench@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'One file');
  return target;
}
