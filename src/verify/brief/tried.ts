import type { AttemptRecord } from '../../domain/attempt.ts';
import { treeOf } from '../../domain/healing-progress.ts';
import { describeRank, rankOf } from '../../domain/healing-rank.ts';
import type { Diagnostic } from '../../domain/verdict.ts';
import { fenced, oneLine } from './fence.ts';

const MOST_ATTEMPTS = 8;
const LONGEST_BYTES = 9_000;
const MOST_FILES = 12;
const MOST_PROBLEMS = 4;
const LONGEST_SUMMARY = 700;

/** Every earlier attempt, the oldest first: who, from where, what it changed, how it ended, and what that mended and broke. */
export function describeTried(attempts: readonly AttemptRecord[]): string {
  const texts = attempts.slice(-MOST_ATTEMPTS).map((attempt) => attemptText(attempt, attempts));
  // The latest say most: where there is no room for all, the oldest are left out.
  let room = LONGEST_BYTES;
  const shown = texts
    .toReversed()
    .filter((text, index) => {
      room -= Buffer.byteLength(text);
      return index === 0 || room >= 0;
    })
    .reverse();
  const left = attempts.length - shown.length;
  return [...(left > 0 ? [`(${left} earlier attempt(s) are left out.)`] : []), ...shown].join('\n\n');
}

function attemptText(attempt: AttemptRecord, attempts: readonly AttemptRecord[]): string {
  const { number, agent, model, outcome, startedFrom, summary, error, verdict, autofixes } = attempt;
  const who = model ? `${agent}, ${model}` : agent;
  const from = startedFrom ? `, from attempt ${startedFrom.attempt}` : '';
  const lines = [
    `### Attempt ${number} (${oneLine(who, 120)}${from}): ${outcome}${verdict ? `, ${describeRank(rankOf(verdict))}` : ''}`,
    filesText(attempt),
    ...(autofixes ?? []).map(
      ({ check, command }) =>
        `Mended by the repository itself: ${check} (${oneLine(command.join(' '), 120)}).`,
    ),
    sameFilesText(attempt, attempts),
    ...changesText(attempt, attempts),
    error ? `It ended with: ${oneLine(`${error.what} ${error.why}`, 400)}` : '',
    summary === '' ? '' : `It said:\n${fenced(summary, { most: LONGEST_SUMMARY })}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function filesText({ files = [] }: AttemptRecord): string {
  if (files.length === 0) return 'It changed no files.';
  const shown = files
    .slice(0, MOST_FILES)
    .map(({ path, status, added, deleted }) => `${oneLine(path, 120)} (${status}, +${added} -${deleted})`);
  const more = files.length > MOST_FILES ? `, and ${files.length - MOST_FILES} more` : '';
  return `Against the base commit it changed: ${shown.join(', ')}${more}.`;
}

function sameFilesText(attempt: AttemptRecord, attempts: readonly AttemptRecord[]): string {
  const tree = treeOf(attempt);
  const twin = attempts.find((other) => other.number < attempt.number && treeOf(other) === tree);
  return tree && twin ? `These are the very files of attempt ${twin.number}.` : '';
}

/** By fingerprint, against the state it started from: on the base commit there were no new problems. */
function changesText(attempt: AttemptRecord, attempts: readonly AttemptRecord[]): string[] {
  if (!attempt.verdict) return [];
  const start = attempts.find(({ number }) => number === attempt.startedFrom?.attempt);
  const before = start?.verdict?.introduced ?? [];
  const now = attempt.verdict.introduced;
  const [was, is] = [fingerprints(before), fingerprints(now)];
  return [
    listText(
      'It mended',
      before.filter(({ fingerprint }) => !is.has(fingerprint)),
    ),
    listText(
      start ? 'It newly broke' : 'It broke',
      now.filter(({ fingerprint }) => !was.has(fingerprint)),
    ),
    listText(
      'Still there',
      now.filter(({ fingerprint }) => was.has(fingerprint)),
    ),
  ].filter((line) => line !== '');
}

function fingerprints(problems: readonly Diagnostic[]): ReadonlySet<string> {
  return new Set(problems.map(({ fingerprint }) => fingerprint));
}

function listText(words: string, problems: readonly Diagnostic[]): string {
  if (problems.length === 0) return '';
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ file, message }) => {
    return `${file ? `${oneLine(file, 100)}: ` : ''}${oneLine(message, 140)}`;
  });
  const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : '';
  return `${words} (${problems.length}): ${shown.join('; ')}${more}.`;
}
