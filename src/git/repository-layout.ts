import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface RepositoryLayout {
  readonly gitDir: string;
  readonly bare: boolean;
  /** `ref: refs/heads/x`, or a commit. */
  readonly head: string;
  /** Branches and other refs, full names, with their commits. */
  readonly refs?: Readonly<Record<string, string>>;
  /** Object folders of other repositories whose objects are used without copying them. */
  readonly alternates?: readonly string[];
  /** A git directory whose shallow boundary holds here too, as its objects are used. */
  readonly shallowLike?: string;
  readonly exclude?: readonly string[];
  /** Any commit of the repository: its length tells which hash it uses. */
  readonly exampleCommit: string;
  readonly user?: { readonly name: string; readonly email: string };
}

const SHA256_CHARACTERS = 64;
/** What git needs to be there; it makes the rest when it has something to put there. One by one, as each costs a write to the disk. */
const FOLDERS = ['objects', 'objects/info', 'refs'];

/** Makes a git directory by writing its few files, which takes a tenth of the time of `git init`. */
export function writeRepository(layout: RepositoryLayout): void {
  const { gitDir, head, refs = {}, alternates = [], exclude = [], shallowLike } = layout;
  mkdirSync(gitDir, { recursive: true });
  for (const folder of FOLDERS) mkdirSync(join(gitDir, folder), { recursive: true });
  writeFileSync(join(gitDir, 'config'), configOf(layout));
  if (exclude.length > 0) {
    mkdirSync(join(gitDir, 'info'), { recursive: true });
    writeFileSync(join(gitDir, 'info', 'exclude'), exclude.map((pattern) => `${pattern}\n`).join(''));
  }
  if (alternates.length > 0) {
    writeFileSync(join(gitDir, 'objects/info/alternates'), alternates.map(alternateLine).join(''));
  }
  if (shallowLike !== undefined) copyShallow(shallowLike, gitDir);
  for (const [name, commit] of Object.entries(refs)) writeRef(gitDir, name, commit);
  // Last, as git takes a folder for a repository by its HEAD.
  writeFileSync(join(gitDir, 'HEAD'), `${head}\n`);
}

/** Sets a ref of a repository only we write to, without starting git. */
export function writeRef(gitDir: string, name: string, commit: string): void {
  const file = join(gitDir, name);
  mkdirSync(dirname(file), { recursive: true });
  const draft = join(gitDir, `draft-${process.pid}-${name.replaceAll('/', '-')}`);
  writeFileSync(draft, `${commit}\n`);
  renameSync(draft, file);
}

/** The commit of a loose ref; null when there is none. Packed refs are not looked at: we never pack ours. */
export function readLooseRef(gitDir: string, name: string): string | null {
  try {
    return readFileSync(join(gitDir, name), 'utf8').trim();
  } catch {
    return null;
  }
}

export function copyShallow(from: string, to: string): void {
  const boundary = join(from, 'shallow');
  if (existsSync(boundary)) copyFileSync(boundary, join(to, 'shallow'));
}

function configOf({ bare, exampleCommit, user }: RepositoryLayout): string {
  const isSha256 = exampleCommit.length === SHA256_CHARACTERS;
  const lines = [
    '[core]',
    `\trepositoryformatversion = ${isSha256 ? 1 : 0}`,
    '\tfilemode = true',
    `\tbare = ${bare}`,
  ];
  lines.push('\tlogallrefupdates = false', '[gc]', '\tauto = 0');
  if (isSha256) lines.push('[extensions]', '\tobjectformat = sha256');
  if (user !== undefined) lines.push('[user]', `\tname = ${user.name}`, `\temail = ${user.email}`);
  return `${lines.join('\n')}\n`;
}

/** A line that starts with a quote or a hash has a meaning of its own there, so such paths are quoted as in C. */
function alternateLine(path: string): string {
  return /^["#]|[\n\\]/.test(path) ? `${JSON.stringify(path)}\n` : `${path}\n`;
}
