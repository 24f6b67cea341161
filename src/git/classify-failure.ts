import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';

export interface GitFailure {
  readonly command: string;
  readonly exitCode: number;
  /** In English: git runs with LC_ALL=C. Redacted. */
  readonly stderr: string;
  /** What the command was about, for the words of the error: a path or a URL, redacted. */
  readonly subject: string;
}

type Classify = (failure: GitFailure, match: RegExpMatchArray) => RunyardError;

interface Rule {
  readonly pattern: RegExp;
  /** Only for this command of git; absent: for all. */
  readonly of?: 'push';
  readonly classify: Classify;
}

/** git has one exit code for everything fatal, so its words are all there is to tell failures apart. The first match counts. */
const RULES: readonly Rule[] = [
  {
    pattern: /detected dubious ownership in repository/,
    classify: ({ subject }) => runyardError('git.dubious-ownership', { repository: subject }),
  },
  {
    pattern: /Unable to create '(.+?\.lock)': File exists/s,
    classify: (_, match) =>
      runyardError('git.locked', {
        path: match[1] ?? '',
        detail: 'Another git process holds that lock, or one died with it.',
      }),
  },
  {
    pattern: /'(refs\/.+?)' exists; cannot create '(refs\/.+?)'/,
    classify: (_, match) =>
      runyardError('git.ref-blocked', { ref: match[2] ?? '', detail: `There is ${match[1] ?? ''} already.` }),
  },
  {
    // git dies on the first file that it cannot convert, and on a value that no encoding can have.
    pattern:
      /(?:BOM is (?:prohibited|required) in|failed to encode|encoding) '([^'\n]+)' (?:if encoded as|from) |no valid working-tree-encodings/,
    classify: ({ stderr }, match) =>
      runyardError('git.bad-attributes', { path: match[1] ?? null, detail: endOf(stderr) }),
  },
  {
    // A checkout says no more than that a file could not be written.
    pattern: /No space left on device|Disk quota exceeded|unable to write (?:new index )?file/,
    classify: ({ command, stderr }) => runyardError('git.disk-full', { command, detail: endOf(stderr) }),
  },
  {
    // 403: whoever asks is known, and may not. Hosts answer so to those who may read; the words are those of GitHub and GitLab over ssh.
    pattern:
      /requested URL returned error: 403|Permission to .+ denied to|not allowed to push|write access to repository not granted|marked as read only/i,
    of: 'push',
    classify: ({ subject, stderr }) =>
      runyardError('git.write-refused', { remote: subject, detail: endOf(stderr) }),
  },
  {
    pattern:
      /Authentication failed|could not read (?:Username|Password)|Permission denied \((?:publickey|password)|HTTP Basic: Access denied|requested URL returned error: 40[13]|terminal prompts disabled|Host key verification failed/i,
    classify: ({ subject, stderr }) =>
      runyardError('git.authentication', { remote: subject, detail: endOf(stderr) }),
  },
  {
    pattern:
      /not a git repository|does not appear to be a git repository|requested URL returned error: 404|[Rr]epository .*not found/,
    classify: ({ subject, stderr }) =>
      runyardError('git.not-a-repository', { repository: subject, detail: endOf(stderr) }),
  },
  {
    pattern:
      /Could not resolve host|Connection (?:refused|timed out|reset)|Network is unreachable|No route to host|Failed to connect|unable to access|requested URL returned error: 5\d\d|early EOF|the remote end hung up|Could not read from remote repository/i,
    classify: ({ subject, stderr }) =>
      runyardError('git.unreachable', { remote: subject, detail: endOf(stderr) }),
  },
  {
    pattern:
      /bad object|object file .* is empty|loose object .* is corrupt|unable to read (?:tree|sha1 file|[0-9a-f]{40})|did not send all necessary objects|missing (?:blob|tree|commit)|invalid object|inflate: data stream error|fsck error|index file (?:corrupt|smaller)|bad index file|packfile .* (?:corrupt|cannot)|lacks these prerequisite|not a valid object|unable to find .*alternates|object directory .* does not exist/i,
    classify: ({ subject, stderr }) =>
      runyardError('git.corrupt', { repository: subject, detail: endOf(stderr) }),
  },
];

/** The typed error of a git command that ended with another exit code than 0. */
export function classifyFailure(failure: GitFailure): RunyardError {
  for (const { pattern, of, classify } of RULES) {
    if (of !== undefined && !failure.command.startsWith(`git ${of} `)) continue;
    const match = failure.stderr.match(pattern);
    if (match !== null) return classify(failure, match);
  }
  const { command, exitCode, stderr } = failure;
  return runyardError('git.failed', { command, exitCode, stderr: endOf(stderr) });
}

const SHOWN_CHARACTERS = 1500;

function endOf(stderr: string): string {
  return stderr.trim().slice(-SHOWN_CHARACTERS);
}
