import { formatDuration } from '../lib/deadline.ts';
import type { EventData, EventType, RunEvent } from './events.ts';
import { guardsText } from './guard-policy.ts';
import { endsByItself } from './run-state.ts';

/** Where a line of a log comes from. */
export const logSources = ['agent', 'checks', 'run'] as const;
export type LogSource = (typeof logSources)[number];
export type LogTone = 'plain' | 'dim' | 'good' | 'bad' | 'warn';

export interface LogLine {
  /** Lines of one event share it. */
  readonly seq: number;
  readonly at: Date;
  readonly source: LogSource;
  readonly attempt: number | null;
  /** Empty on the further lines of an event. */
  readonly label: string;
  readonly tone: LogTone;
  /** Without line breaks; escape sequences of agents and checks are still in it. */
  readonly text: string;
}

const ofAgents = ['agent.activity', 'agent.stuck', 'attempt.started', 'attempt.finished'] as const;
const ofChecks = [
  'check.started',
  'check.finished',
  'verdict.reached',
  'verification.repeated',
  'autofix.applied',
] as const;

/** The kinds of events that give lines of a source. */
export function eventTypesOf(source: LogSource, all: readonly EventType[]): readonly EventType[] {
  if (source === 'agent') return ofAgents;
  if (source === 'checks') return ofChecks;
  return all.filter((type) => sourceOf(type) === 'run');
}

/** An event as lines for people; none for what says nothing to them. */
export function toLogLines(event: RunEvent): LogLine[] {
  const said = say(event);
  if (said === null) return [];
  const source = sourceOf(event.type);
  const attempt = 'attempt' in event.data && event.data.attempt > 0 ? event.data.attempt : null;
  const { seq, at } = event;
  return said.text
    .trimEnd()
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((text, index) => ({
      seq,
      at,
      source,
      attempt,
      label: index === 0 ? said.label : '',
      tone: said.tone ?? 'plain',
      text,
    }));
}

/** Also of kinds of events that a newer server knows. */
export function sourceOf(type: string): LogSource {
  if ((ofAgents as readonly string[]).includes(type)) return 'agent';
  return (ofChecks as readonly string[]).includes(type) ? 'checks' : 'run';
}

interface Said {
  readonly label: string;
  readonly text: string;
  readonly tone?: LogTone;
}

type Words = { readonly [T in EventType]: (data: EventData<T>) => Said | null };

function say({ type, data }: RunEvent): Said | null {
  return (words[type] as (of: unknown) => Said | null)(data);
}

const words: Words = {
  'run.accepted': ({ title, repository, retryOf }) => ({
    label: 'accepted',
    text: `${title}, for ${repository}${retryOf === undefined ? '' : `, again as in run ${retryOf}`}`,
  }),
  'run.state-changed': sayState,
  'run.recovered': ({ recoveries, cause }) => ({
    label: 'recovered',
    text: `taken up again (${recoveries}): ${cause}`,
    tone: 'warn',
  }),
  'run.stop-requested': ({ mode, by, reason }) => ({
    label: 'stopping',
    text: `${mode} by ${by}: ${reason}`,
    tone: 'warn',
  }),
  'run.warning': ({ message }) => ({ label: 'warning', text: message, tone: 'warn' }),
  'stage.started': ({ stage }) => ({ label: 'stage', text: `${stage} started`, tone: 'dim' }),
  'stage.finished': ({ stage, durationMs }) => ({
    label: 'stage',
    text: `${stage} done in ${formatDuration(durationMs)}`,
    tone: 'dim',
  }),
  'workspace.made': ({ strategy, why }) => ({ label: 'files', text: `${strategy}: ${why}`, tone: 'dim' }),
  'plan.proposed': ({ plan, hash, revision }) => ({
    label: 'plan',
    text: `${plan.summary} (${plan.subtasks.length} subtasks, revision ${revision}, hash ${hash})`,
  }),
  'plan.approved': ({ hash, by }) => ({ label: 'plan', text: `approved by ${by} (${hash})`, tone: 'good' }),
  'plan.sent-back': ({ by, feedback }) => ({
    label: 'plan',
    text: `sent back by ${by}: ${feedback}`,
    tone: 'warn',
  }),
  'plan.answered': ({ by, answers }) => ({
    label: 'plan',
    text: `answered by ${by}: ${answers.map(({ question, answer }) => `${question} ${answer}`).join(' ')}`,
  }),
  'change.accepted': ({ commit, by }) => ({
    label: 'change',
    text: `accepted by ${by} (${commit.slice(0, 12)})`,
    tone: 'warn',
  }),
  'attempt.started': ({ attempt, agent, model, reason, startedFrom }) => ({
    label: 'attempt',
    text: `${attempt}: ${model ? `${agent} with ${model}` : agent} (${reason})${startedFrom ? `\n  from attempt ${startedFrom.attempt}: ${startedFrom.because}` : ''}`,
  }),
  'attempt.finished': ({ attempt, outcome, durationMs, error }) => ({
    label: 'attempt',
    text: `${attempt}: ${outcome}${error ? `: ${error.what}` : ''} after ${formatDuration(durationMs)}`,
    tone: outcome === 'passed' ? 'good' : 'bad',
  }),
  'run.answered': ({ attempt, by, answer }) => ({
    label: 'answered',
    text: `${by} said to go on after attempt ${attempt}${answer === '' ? '' : `: ${answer}`}`,
  }),
  'agent.activity': ({ kind, name, text }) => ({
    label: kind,
    text: `${name ? `${name} ` : ''}${text}`,
    tone: kind === 'warning' ? 'warn' : kind === 'message' ? 'plain' : 'dim',
  }),
  'agent.stuck': ({ quietMs, reasons }) => ({
    label: 'stuck?',
    text: `quiet for ${formatDuration(quietMs)}: ${reasons.join(', ')}`,
    tone: 'warn',
  }),
  'check.started': ({ name, on, command }) => ({
    label: checkLabel(on),
    text: `${name} started: ${command}`,
    tone: 'dim',
  }),
  'check.finished': sayCheck,
  'verdict.reached': ({ status, summary, guards }) => ({
    label: 'verdict',
    text: `${status}: ${summary}${guardsText(guards)}`,
    tone: status === 'passed' ? 'good' : status === 'failed' ? 'bad' : 'warn',
  }),
  'review.finished': ({ stage, round, status, blocking, findings, summary }) => ({
    label: 'review',
    text: [
      `${stage}, round ${round}: ${status === 'unavailable' ? 'could not be had' : `${findings.length} finding(s), ${blocking} of them to be mended`}. ${summary}`,
      ...findings.map(({ severity, file, line, title }) =>
        [severity, file === null ? '' : `${file}${line === null ? '' : `:${line}`}`, title]
          .filter(Boolean)
          .join(' '),
      ),
    ].join('\n'),
    tone: blocking > 0 ? 'bad' : status === 'unavailable' ? 'warn' : 'good',
  }),
  'verification.repeated': ({ count, waitMs, reason }) => ({
    label: 'again',
    text: `verified again (${count}) after ${formatDuration(waitMs)}: ${reason}`,
    tone: 'warn',
  }),
  'autofix.applied': ({ check, command, files }) => ({
    label: 'autofix',
    text: `${check}: ${command.join(' ')} mended ${files.join(', ')}`,
    tone: 'good',
  }),
  'lessons.offered': ({ attempt, lessons }) => ({
    label: 'lessons',
    text: `attempt ${attempt} is told of ${lessons.map(({ id, category }) => `${id} (${category})`).join(', ')}`,
    tone: 'dim',
  }),
  'snapshot.saved': ({ ref, reason }) => ({ label: 'saved', text: `${ref} (${reason})` }),
  'run.delivered': ({ commit, branch, verified }) => ({
    label: 'delivered',
    text: `${commit.slice(0, 12)} on ${branch}, ${verified ? 'verified' : 'UNVERIFIED'}`,
    tone: verified ? 'good' : 'warn',
  }),
  'receipt.signed': ({ commit, keyId }) => ({
    label: 'receipt',
    text: `of commit ${commit.slice(0, 12)} signed with key ${keyId.slice(0, 16)}`,
    tone: 'dim',
  }),
  'run.rolled-back': ({ mode, branch, commit, by, found }) => ({
    label: 'undone',
    text: `${found ? 'found undone:' : `${mode} of`} ${branch}, now at ${commit.slice(0, 12)}, by ${by}`,
    tone: 'warn',
  }),
  'run.retried': ({ run, by }) => ({ label: 'retried', text: `as run ${run}, by ${by}` }),
  'run.summary': () => null,
};

function sayState({ to, error, waitReason }: EventData<'run.state-changed'>): Said | null {
  if (to === 'running') return { label: 'running', text: 'a worker has it', tone: 'dim' };
  if (to === 'succeeded') return { label: 'succeeded', text: 'the run has ended', tone: 'good' };
  if (to === 'queued' || to === 'starting') return null;
  if (to !== 'waiting')
    return { label: to.replace('_', ' '), text: error?.what ?? 'the run has ended', tone: 'bad' };
  const goesOn = waitReason !== null && endsByItself(waitReason);
  const text = goesOn ? 'for its model provider; it goes on by itself' : `for ${waitReason}`;
  return { label: 'waiting', text, tone: 'warn' };
}

function sayCheck(data: EventData<'check.finished'>): Said {
  const { name, on, status, durationMs, problems, firstProblem } = data;
  const count = problems > 0 ? `, ${problems} problem${problems === 1 ? '' : 's'}` : '';
  const first = firstProblem && on === 'change' ? `\n  ${firstProblem}` : '';
  const failed = on === 'change' ? 'bad' : 'dim';
  return {
    label: checkLabel(on),
    text: `${name} ${status}${count} in ${formatDuration(durationMs)}${first}`,
    tone: status === 'passed' ? 'good' : failed,
  };
}

function checkLabel(on: 'baseline' | 'change'): string {
  return on === 'baseline' ? 'baseline' : 'check';
}

const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
/** What a terminal or an editor could act on: control characters but tab, and the marks that reorder text (UAX #9). */
const ACTIVE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of a file that steers nothing, whatever reads it. */
export function plainLogLine({ at, label, text }: LogLine): string {
  const plain = text.replace(ESCAPES, '').replace(ACTIVE, '\ufffd');
  return `${at.toISOString()}  ${label.padEnd(11)} ${plain}`.trimEnd();
}
