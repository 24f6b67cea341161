import { defineErrors } from './definition.ts';

const orNothing = (stderr: string) =>
  stderr.trim() === '' ? 'git said nothing more.' : `git said: ${stderr.trim()}`;

export const gitErrors = defineErrors({
  'git.not-a-repository': (f: { repository: string; detail: string }) => ({
    kind: 'permanent',
    what: `${f.repository} is not a git repository.`,
    why: f.detail,
    next: 'Give the path or the URL of a git repository with --repo, or make it one: git init && git add -A && git commit',
  }),
  'git.unsupported-location': (f: { repository: string; detail: string }) => ({
    kind: 'permanent',
    what: `"${f.repository}" is not a place Runyard fetches from.`,
    why: f.detail,
    next: 'Give a path, or a URL that starts with https://, ssh://, git:// or file://, or the short form user@host:path',
  }),
  'git.empty-repository': (f: { repository: string }) => ({
    kind: 'permanent',
    what: `The repository ${f.repository} has no commit yet.`,
    why: 'A run needs a commit to start from.',
    next: 'Make a first commit: git commit --allow-empty -m "first commit"',
  }),
  'git.missing-branch': (f: { repository: string; branch: string; suggestions: readonly string[] }) => ({
    kind: 'permanent',
    what: `There is no branch, tag or commit "${f.branch}" in ${f.repository}.`,
    why:
      f.suggestions.length === 0
        ? 'Nothing there has a similar name.'
        : `Did you mean: ${f.suggestions.join(', ')}?`,
    next: 'List what is there with: git branch --all',
  }),
  'git.conflict': (f: { operation: string; paths: readonly string[] }) => ({
    kind: 'needs-human',
    what: `${f.operation} conflicts with later changes in: ${f.paths.join(', ')}`,
    why: 'The same lines were changed since, so git cannot tell what the result should be. Nothing was changed.',
    next: 'Do it by hand in a checkout of the branch, where you can settle the conflict.',
  }),
  'git.locked': (f: { path: string; detail: string }) => ({
    kind: 'retryable',
    what: `The repository is locked: ${f.path}`,
    why: f.detail,
    next: 'Wait for the other git process to end. If there is none, remove that file.',
  }),
  'git.push-rejected': (f: { remote: string; refs: readonly string[]; detail: string }) => ({
    kind: 'needs-human',
    what: `The remote ${f.remote} refused the push.`,
    why: f.detail,
    next: 'Check the permissions and the branch protection there. The commit is kept: runyard show <run>',
  }),
  'git.write-refused': (f: { remote: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The credentials for ${f.remote} may read there, but not write.`,
    why: f.detail,
    next: 'Give them write access (a token with the right to write contents, a deploy key that may write, or a role in the project), try it with "git push --dry-run", then run again. The commit is kept: runyard show <run>',
  }),
  'git.branch-exists': (f: { branch: string; commit: string }) => ({
    kind: 'permanent',
    what: `The branch ${f.branch} exists already, with other content.`,
    why: `It is at ${f.commit}. Runyard never overwrites a branch.`,
    next: 'Rename or delete that branch, then run again.',
  }),
  'git.tag-exists': (f: { tag: string; commit: string }) => ({
    kind: 'permanent',
    what: `The tag ${f.tag} exists already, for another commit.`,
    why: `It marks ${f.commit}. Runyard never moves a tag.`,
    next: 'Rename or delete that tag, then run again.',
  }),
  'git.ref-blocked': (f: { ref: string; detail: string }) => ({
    kind: 'permanent',
    what: `The name ${f.ref} cannot be used in that repository.`,
    why: `A branch cannot be at once a branch and a folder of branches. ${f.detail}`,
    next: 'Rename the branch that stands in the way (for example one that is called just "runyard").',
  }),
  'git.bad-state': (f: { repository: string; detail: string }) => ({
    kind: 'permanent',
    what: `The repository ${f.repository} is not in a state in which this can be done.`,
    why: f.detail,
    next: 'Look at it with git status and git log, then try again.',
  }),
  'git.timed-out': (f: { command: string; limitMs: number; stderr: string }) => ({
    kind: 'retryable',
    what: `git did not finish within ${f.limitMs / 1000} s: ${f.command}`,
    why: orNothing(f.stderr),
    next: 'Check the network and the disk, or raise limits.gitMs in runyard.yaml.',
  }),
  'git.authentication': (f: { remote: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The remote ${f.remote} did not accept the credentials.`,
    why: f.detail,
    next: 'Make "git ls-remote", and for a delivery "git push --dry-run", work in a terminal of the same user (credential helper or ssh key), then run again.',
  }),
  'git.unreachable': (f: { remote: string; detail: string }) => ({
    kind: 'retryable',
    what: `The remote ${f.remote} cannot be reached.`,
    why: f.detail,
    next: 'Check the address and the network: git ls-remote <address>',
  }),
  'git.corrupt': (f: { repository: string; detail: string }) => ({
    kind: 'needs-human',
    what: `Git data is damaged or missing in ${f.repository}.`,
    why: f.detail,
    next: 'Check it with: git fsck',
  }),
  'git.dubious-ownership': (f: { repository: string }) => ({
    kind: 'needs-human',
    what: `The repository ${f.repository} belongs to another user.`,
    why: 'git does not work in repositories of other users unless it is told to trust them.',
    next: `If you trust it: git config --global --add safe.directory "${f.repository}"`,
  }),
  'git.missing-tool': (f: { searched: string }) => ({
    kind: 'needs-human',
    what: 'git was not found.',
    why: `It is in none of the folders that are searched: ${f.searched}`,
    next: 'Install it (on Debian and Ubuntu: apt-get install git), then check with: runyard doctor',
  }),
  'git.disk-full': (f: { command: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The disk is full: ${f.command}`,
    why: f.detail,
    next: 'Free some space in the data folder and in the repository, then run again.',
  }),
  'git.bad-attributes': (f: { path: string | null; detail: string }) => ({
    kind: 'permanent',
    what: `git cannot convert ${f.path ?? 'the files'} as .gitattributes says (working-tree-encoding).`,
    why: orNothing(f.detail),
    next: 'Correct working-tree-encoding in .gitattributes, or give the file that encoding. Check with: git add --renormalize .',
  }),
  'git.overlay-failed': (f: { folder: string; detail: string }) => ({
    kind: 'retryable',
    what: `The overlay mount at ${f.folder} did not work.`,
    why: f.detail,
    next: 'Look at what runyard doctor says of workspaces, or set workspace.strategy to checkout in runyard.yaml.',
  }),
  'git.failed': (f: { command: string; exitCode: number; stderr: string }) => ({
    kind: 'permanent',
    what: `git failed with exit code ${f.exitCode}: ${f.command}`,
    why: orNothing(f.stderr),
    next: 'Run the command by hand to see more.',
  }),
});
