import { defineErrors } from './definition.ts';

/** What the machine refused: the same call works once a person has made room or given leave. */
export const hostErrors = defineErrors({
  'host.disk-full': (f: { path: string; detail: string }) => ({
    kind: 'needs-human',
    what: f.path === '' ? 'The disk is full.' : `The disk with ${f.path} is full.`,
    why: f.detail,
    next: 'Free some space there (df -h and df -i show space and files; runyard clean removes what is no longer needed), then try again.',
  }),
  'host.not-permitted': (f: { path: string; detail: string }) => ({
    kind: 'needs-human',
    what: `This user may not use ${f.path} as is needed.`,
    why: f.detail,
    next: `Give this user the right to read and write there (see ls -ld ${f.path}), then try again.`,
  }),
  'host.disk-failed': (f: { path: string; detail: string }) => ({
    kind: 'needs-human',
    what: f.path === '' ? 'The disk failed.' : `The disk with ${f.path} failed.`,
    why: f.detail,
    next: 'Look at what the system says of it (dmesg), mend it or use another data folder, then try again.',
  }),
  'host.too-many-open-files': (f: { path: string; detail: string }) => ({
    kind: 'retryable',
    what: 'Too many files are open.',
    why: f.detail,
    next: 'Raise the limit (ulimit -n, LimitNOFILE in a systemd unit), or have fewer runs at once, then try again.',
  }),
  'host.no-temporary-folder': (f: { path: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The temporary folder ${f.path} is not there, or takes no new folders.`,
    why: f.detail,
    next: 'Make it, or set TMPDIR to a folder that is there, then try again.',
  }),
});
