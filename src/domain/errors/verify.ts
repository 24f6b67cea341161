import { defineErrors } from './definition.ts';

export const verifyErrors = defineErrors({
  'verify.bad-override': (f: { file: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The checks section of ${f.file} on the base commit cannot be used.`,
    why: f.detail,
    next: `Correct it in ${f.file} on the base branch. An example: checks: [{ name: test, command: npm test }, { name: lint, command: [npx, eslint, .], timeoutSeconds: 120 }]`,
  }),
  'verify.install-failed': (f: { command: string; category: string; detail: string; output: string }) => ({
    kind: f.category === 'network' || f.category === 'timeout' ? 'retryable' : 'permanent',
    what: `The dependencies could not be installed (${f.command}): ${f.category}.`,
    why: f.detail,
    next:
      f.category === 'network'
        ? 'Check that the package registry can be reached from this machine (runyard doctor), then try again.'
        : 'Run the same command in a fresh clone of the repository and correct what it reports.',
  }),
  'verify.dependencies-locked': (f: { folder: string; waitedMs: number }) => ({
    kind: 'retryable',
    what: 'Another run is installing the same dependencies and did not finish in time.',
    why: `Waited ${Math.round(f.waitedMs / 1000)} s for ${f.folder}.`,
    next: 'Try again; if no other run is active, remove the .lock file next to that folder.',
  }),
  'verify.placement-failed': (f: { from: string; detail: string }) => ({
    kind: 'permanent',
    what: 'The installed dependencies could not be copied into the checkout.',
    why: `${f.detail} (from ${f.from})`,
    next: 'Check the free disk space and the permissions of the data folder.',
  }),
  'verify.receipt-refused': (f: { part: string; detail: string }) => ({
    kind: 'permanent',
    what: `The receipt is refused: ${f.part}.`,
    why: f.detail,
    next: 'Do not rely on it. Verify the commit anew: runyard verify --repo <path> --base <revision> --head <commit>',
  }),
  'verify.receipt-unreadable': (f: { source: string; detail: string }) => ({
    kind: 'permanent',
    what: `${f.source} is no receipt.`,
    why: f.detail,
    next: 'Give a file that runyard receipt --json or runyard verify --receipt wrote, the id of a run, or a commit that has a note in refs/notes/runyard.',
  }),
  'verify.receipt-key-unusable': (f: { source: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The key in ${f.source} cannot be used for receipts.`,
    why: f.detail,
    next: 'Show the keys of a server with: runyard receipt-key. A new one is made with: runyard receipt-key --rotate',
  }),
  'verify.no-receipt': (f: { subject: string; detail: string }) => ({
    kind: 'permanent',
    what: `There is no receipt of ${f.subject}.`,
    why: f.detail,
    next: 'Receipts are made when a run delivers (runyard receipt <run>), and by runyard verify --receipt <file>. Notes come with: git fetch origin refs/notes/runyard:refs/notes/runyard',
  }),
  'verify.no-verdict': (f: { run: string; commit: string; detail: string }) => ({
    kind: 'permanent',
    what: `Commit ${f.commit} of run ${f.run} is not delivered as verified.`,
    why: f.detail,
    next: `See what was verified with: runyard show ${f.run} --attempts`,
  }),
});
