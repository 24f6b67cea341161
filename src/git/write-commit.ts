import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { type Identity, signature } from './workspace.ts';

export interface CommitContent {
  readonly tree: string;
  readonly parent: string;
  readonly author: Identity;
  /** For author and committer, to the second. */
  readonly date: Date;
  readonly message: string;
}

const SHA256_CHARACTERS = 64;
/** As git leaves its objects: nobody changes them. */
const READ_ONLY = 0o444;

/**
 * Writes a commit into an object folder and gives its id: what `git commit-tree` would write. A process less for every run;
 * the format is what every id of git rests on, so it does not change ("Object Storage" in section 10.2 of the Pro Git book: header, NUL,
 * content, hashed whole and stored deflated).
 */
export function writeCommit(objectsDir: string, commit: CommitContent): string {
  const { tree, parent, author, date, message } = commit;
  const { authorLine, committerLine } = signature(author, date);
  const head = [`tree ${tree}`, `parent ${parent}`, `author ${authorLine}`, `committer ${committerLine}`];
  const content = Buffer.from(`${head.join('\n')}\n\n${message.replaceAll('\0', '').trimEnd()}\n`);
  const object = Buffer.concat([Buffer.from(`commit ${content.length}\0`), content]);
  const id = createHash(tree.length === SHA256_CHARACTERS ? 'sha256' : 'sha1')
    .update(object)
    .digest('hex');
  store(objectsDir, id, object);
  return id;
}

/** Under its name only when it is whole; an object that is there is the same one. */
function store(objectsDir: string, id: string, object: Buffer): void {
  const folder = join(objectsDir, id.slice(0, 2));
  const file = join(folder, id.slice(2));
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  writeFileSync(draft, deflateSync(object), { mode: READ_ONLY });
  renameSync(draft, file);
}
