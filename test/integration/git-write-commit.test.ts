import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { identityEnvironment } from '../../src/git/workspace.ts';
import { writeCommit } from '../../src/git/write-commit.ts';

const folder = mkdtempSync(join(tmpdir(), 'runyard-commit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const date = new Date('2026-11-21T08:00:00.900Z');
const author = { name: 'Zoë <the> Author', email: 'zoe@example.com' };

function repository(format: string) {
  const dir = join(folder, format);
  const git = (args: string[], input = '', env = {}) =>
    execFileSync('git', ['-C', dir, ...args], {
      input,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    }).trim();
  execFileSync('git', ['init', '-q', `--object-format=${format}`, dir]);
  writeFileSync(join(dir, 'a.txt'), 'a\n');
  git(['add', '.']);
  const tree = git(['write-tree']);
  const identity = identityEnvironment(author, date);
  const parent = git(['commit-tree', tree, '-m', 'first'], '', identity);
  return { git, tree, parent, identity, objects: join(dir, '.git/objects') };
}

const messages = [
  'One line',
  'Title\n\nBody with Ünicode, 漢字 and 🚀\n\nRunyard-Run: abc\n\n\n',
  '# looks like a comment\n\n\n\nstays',
  `long ${'x'.repeat(100_000)}`,
];

describe.each(['sha1', 'sha256'])('a commit written without git, in a %s repository', (format) => {
  const { git, tree, parent, identity, objects } = repository(format);

  it.each(messages)('is the one that git would write: %.20s', (message) => {
    const expected = git(['commit-tree', tree, '-p', parent, '-F', '-'], `${message.trimEnd()}\n`, identity);
    const loose = join(objects, expected.slice(0, 2), expected.slice(2));
    rmSync(loose);
    const id = writeCommit(objects, { tree, parent, author, date, message });
    expect(id).toBe(expected);
    expect(git(['cat-file', 'commit', id])).toContain('Zoë  the  Author <zoe@example.com>');
    git(['fsck', '--strict', '--no-dangling', id]);
  });

  it('may be written again, and leaves nothing else behind', () => {
    const commit = { tree, parent, author, date, message: 'again' };
    expect(writeCommit(objects, commit)).toBe(writeCommit(objects, commit));
    expect(git(['count-objects', '-v'])).toContain('garbage: 0');
  });
});
