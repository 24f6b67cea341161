import type { AttemptRecord, StartedFrom } from '../../domain/attempt.ts';
import { rankOf } from '../../domain/healing-rank.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { failureFeedback } from '../failure-feedback.ts';
import { fenced, oneLine, withinBytes } from './fence.ts';
import { describeTried } from './tried.ts';

/** A few lines of a file of the state the next attempt starts from. */
export interface Excerpt {
  readonly file: string;
  readonly firstLine: number;
  /** The line that the problem names. */
  readonly line: number;
  readonly lines: readonly string[];
}

export interface BriefInput {
  readonly attempts: readonly AttemptRecord[];
  /** null: the next attempt starts from the base commit. */
  readonly startedFrom: StartedFrom | null;
  /** Why there is another attempt. */
  readonly reason: string;
  readonly excerpts: readonly Excerpt[];
}

const LONGEST_BRIEF_BYTES = 28_000;
const LONGEST_PLACES_BYTES = 6_000;
const LONGEST_EXCERPT = 1_600;

/**
 * What an attempt after the first is told, in the order in which it is needed: the state it starts from and what fails there, the places, what
 * guards refuse, what a person said, what to leave alone, what was tried and what each try changed. A pure function of records, so the
 * same attempts give the same bytes. Everything that tools, agents and files said stands fenced or in one line, and is bounded.
 */
export function healBrief(input: BriefInput): string {
  const now = verdictNow(input);
  const parts = [
    stateText(input),
    now ? `## What fails now\n\n${failureFeedback(now)}` : '',
    guardsText(now),
    excerptsText(input.excerpts),
    answersText(input.attempts),
    leaveAloneText(now),
    `## What was tried\n\n${describeTried(input.attempts)}`,
  ];
  return withinBytes(parts.filter((part) => part !== '').join('\n\n'), LONGEST_BRIEF_BYTES);
}

/** The verdict on the state the next attempt starts from; where it starts afresh, the last one there is. */
export function verdictNow({
  attempts,
  startedFrom,
}: Pick<BriefInput, 'attempts' | 'startedFrom'>): Verdict | null {
  if (startedFrom) return attempts.find(({ number }) => number === startedFrom.attempt)?.verdict ?? null;
  return attempts.findLast(({ verdict }) => verdict !== null)?.verdict ?? null;
}

function stateText({ startedFrom, reason, attempts }: BriefInput): string {
  const next = (attempts.at(-1)?.number ?? 0) + 1;
  const where = startedFrom
    ? `The work tree holds the work of attempt ${startedFrom.attempt}: ${oneLine(startedFrom.because, 300)}${startedFrom.rolledBack ? ', and was rolled back' : ''}.`
    : 'The work tree is the base commit: nothing of the earlier attempts is in it.';
  return `## This is attempt ${next}\n\nWhy: ${oneLine(reason, 300)}. ${where}`;
}

function guardsText(verdict: Verdict | null): string {
  const findings = (verdict?.guards ?? []).filter(({ action }) => action !== 'warn').slice(0, 10);
  if (!verdict || findings.length === 0) return '';
  const lines = findings.map(({ guard, action, message, file, line, hint }) => {
    const place = file ? `${oneLine(file, 200)}${line === null ? '' : `:${line}`}: ` : '';
    return `- ${guard} (${action}): ${place}${oneLine(message, 300)}\n  What to do instead: ${oneLine(hint, 300)}`;
  });
  const { blocked } = rankOf(verdict);
  const head = blocked > 0 ? 'While these stand, the change is refused whatever the checks say:\n' : '';
  return `## What the guards found in the change\n\n${head}${lines.join('\n')}`;
}

function excerptsText(excerpts: readonly Excerpt[]): string {
  if (excerpts.length === 0) return '';
  const shown = excerpts.map(({ file, firstLine, line, lines }) => {
    const numbered = lines.map((text, index) => {
      const number = firstLine + index;
      return `${number === line ? '>' : ' '}${String(number).padStart(5)} ${text}`;
    });
    return `${oneLine(file, 200)}:\n${fenced(numbered.join('\n'), { most: LONGEST_EXCERPT })}`;
  });
  return withinBytes(
    `## The places, as they are in the work tree\n\n${shown.join('\n')}`,
    LONGEST_PLACES_BYTES,
  );
}

function answersText(attempts: readonly AttemptRecord[]): string {
  const said = attempts.flatMap(({ number, answer }) =>
    answer ? [`After attempt ${number}:\n${fenced(answer, { most: 2_000 })}`] : [],
  );
  return said.length === 0 ? '' : `## What a person said\n\n${said.slice(-2).join('\n')}`;
}

function leaveAloneText(verdict: Verdict | null): string {
  if (!verdict) return '';
  const { preexisting, flaky } = verdict;
  const lines = [
    preexisting.length > 0
      ? `- ${preexisting.length} other problem(s) were there before your change; leave them alone.`
      : '',
    ...flaky.slice(0, 10).map(({ test, check }) => {
      return `- The test "${oneLine(test, 200)}" (${oneLine(check, 80)}) fails now and then on its own; leave it alone.`;
    }),
  ].filter((line) => line !== '');
  return lines.length === 0 ? '' : `## What is not yours\n\n${lines.join('\n')}`;
}
