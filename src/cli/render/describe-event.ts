import type { EventView } from '../../api/contract.ts';
import { type EventData, type NewEvent, parseNewEvent } from '../../domain/events.ts';
import { guardsText } from '../../domain/guard-policy.ts';
import { endsByItself } from '../../domain/run-state.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean, oneLine } from '../clean.ts';
import type { Style } from '../terminal.ts';
import { plural } from './figures.ts';
import { describeToolCall } from './tool-call.ts';

export interface DescribeOptions {
  readonly style: Style;
  readonly width: number;
  /** When the run was accepted: lines show the time since. */
  readonly startedAt: Date;
  /** Everything the agent said and did, or only its tool calls in a line each. */
  readonly detail: 'short' | 'full';
}

/** An event as lines for people; empty for what is of no use to them. */
export function describeEvent(event: EventView, options: DescribeOptions): string[] {
  const known = parse(event);
  if (!known) return [];
  const text = describe(known, options);
  if (text === null) return [];
  const elapsed = formatDuration(Math.max(0, Date.parse(event.at) - options.startedAt.getTime()));
  const [first = '', ...rest] = text.split('\n');
  return [
    `${options.style.dim(elapsed.padStart(8))}  ${first}`,
    ...rest.map((line) => `${' '.repeat(10)}${line}`),
  ];
}

/** What is being done now, for the status line; null when the event does not change it. */
export function activityOf(event: EventView): string | null {
  const known = parse(event);
  if (known?.type === 'stage.started')
    return known.data.attempt > 0 ? `${known.data.stage}, attempt ${known.data.attempt}` : known.data.stage;
  if (known?.type === 'check.started')
    return `${known.data.on === 'baseline' ? 'baseline check' : 'check'} ${clean(known.data.name)}`;
  if (known?.type === 'agent.activity' && known.data.kind === 'tool')
    return `${known.data.name ?? 'tool'} ${oneLine(describeToolCall(known.data.text), 60)}`;
  return null;
}

function parse(event: EventView): NewEvent | null {
  try {
    return parseNewEvent(event.type, event.data);
  } catch {
    return null;
  }
}

function describe(event: NewEvent, options: DescribeOptions): string | null {
  const { style, width, detail } = options;
  switch (event.type) {
    case 'run.accepted':
      return `${label('accepted')} ${oneLine(event.data.repository, width)}`;
    case 'run.state-changed':
      return describeState(event.data, options);
    case 'agent.stuck':
      return `${label('stuck?')} ${style.yellow(`quiet for ${formatDuration(event.data.quietMs)}: ${oneLine(event.data.reasons.join(', '), width)}`)}`;
    case 'run.recovered':
      return `${label('recovered')} ${style.yellow(`taken up again (${event.data.recoveries}): ${oneLine(event.data.cause, width)}`)}`;
    case 'run.stop-requested':
      return `${label('stopping')} ${style.yellow(`${event.data.mode} by ${oneLine(event.data.by, 40)}: ${oneLine(event.data.reason, width)}`)}`;
    case 'run.warning':
      return `${label('warning')} ${style.yellow(clean(event.data.message))}`;
    case 'stage.started':
      return detail === 'full' ? `${label(event.data.stage)} ${style.dim('started')}` : null;
    case 'stage.finished':
      return `${label(event.data.stage)} ${style.dim(`done in ${formatDuration(event.data.durationMs)}`)}`;
    case 'workspace.made':
      return detail === 'full'
        ? `${label('files')} ${style.dim(`${event.data.strategy}: ${oneLine(event.data.why, width)}`)}`
        : null;
    case 'plan.proposed':
    case 'plan.approved':
    case 'plan.sent-back':
    case 'plan.answered':
      return describePlan(event, options);
    case 'change.accepted':
      return `${label('change')} accepted by ${oneLine(event.data.by, 40)} ${style.dim(`(${event.data.commit.slice(0, 12)})`)}`;
    case 'review.finished':
      return describeReview(event.data, options);
    case 'lessons.offered': {
      const told = event.data.lessons.map(({ id, category }) => `${id} (${category})`).join(', ');
      return `${label('lessons')} ${style.dim(`told to attempt ${event.data.attempt}: ${oneLine(told, width)}`)}`;
    }
    case 'snapshot.saved':
      return `${label('saved')} ${clean(event.data.ref)} ${style.dim(`(${oneLine(event.data.reason, width)})`)}`;
    case 'run.delivered': {
      const { branch, commit, verified } = event.data;
      const how = verified ? style.green('verified') : style.yellow('UNVERIFIED');
      return `${label('delivered')} ${commit.slice(0, 12)} on ${clean(branch)}, ${how}`;
    }
    case 'receipt.signed':
      return `${label('receipt')} signed ${style.dim(`(key ${event.data.keyId.slice(0, 16)})`)}`;
    case 'run.rolled-back':
      return `${label('undone')} ${event.data.found ? 'found undone:' : `${event.data.mode} of`} ${clean(event.data.branch)}, now at ${event.data.commit.slice(0, 12)}, by ${oneLine(event.data.by, 40)}`;
    case 'run.retried':
      return `${label('retried')} as run ${clean(event.data.run)}, by ${oneLine(event.data.by, 40)}`;
    case 'run.summary':
      return null;
    default:
      return describeAttempt(event, options);
  }
}

type PlanEvent = Extract<NewEvent, { type: `plan.${string}` }>;

function describePlan(event: PlanEvent, { style, width }: DescribeOptions): string {
  switch (event.type) {
    case 'plan.proposed': {
      const { plan, hash, revision } = event.data;
      const count = plan.subtasks.length;
      const which = revision > 1 ? `revision ${revision}: ` : '';
      return `${label('plan')} ${which}${oneLine(plan.summary, width)} ${style.dim(`(${count} subtask${count === 1 ? '' : 's'}, hash ${hash})`)}`;
    }
    case 'plan.approved':
      return `${label('plan')} approved by ${oneLine(event.data.by, 40)} ${style.dim(`(${event.data.hash})`)}`;
    case 'plan.sent-back':
      return `${label('plan')} sent back by ${oneLine(event.data.by, 40)}: ${oneLine(event.data.feedback, width)} ${style.dim(`(${event.data.hash})`)}`;
    case 'plan.answered': {
      const count = event.data.answers.length;
      return `${label('plan')} ${count} question${count === 1 ? '' : 's'} answered by ${oneLine(event.data.by, 40)} ${style.dim(`(${event.data.hash})`)}`;
    }
  }
}

function describeReview(review: EventData<'review.finished'>, { style, width }: DescribeOptions): string {
  const { stage, round, status, blocking, findings, summary } = review;
  const agreed = blocking > 0 ? style.red('sent back') : style.green('agreed');
  const outcome = status === 'unavailable' ? style.yellow('could not be had') : agreed;
  return `${label('review')} ${stage}, round ${round}: ${outcome}, ${plural(findings.length, 'finding')} ${style.dim(`(${oneLine(summary, width)})`)}`;
}

type AttemptEvent = Extract<
  NewEvent,
  {
    type:
      | 'attempt.started'
      | 'attempt.finished'
      | 'agent.activity'
      | 'check.started'
      | 'check.finished'
      | 'verdict.reached'
      | 'verification.repeated'
      | 'autofix.applied'
      | 'run.answered';
  }
>;

function describeAttempt(event: AttemptEvent, { style, width, detail }: DescribeOptions): string | null {
  switch (event.type) {
    case 'attempt.started': {
      const { attempt, agent, model, reason, startedFrom } = event.data;
      const who = model ? `${clean(agent)} with ${clean(model)}` : clean(agent);
      const from = startedFrom
        ? `\n${' '.repeat(12)}${style.dim(oneLine(`from attempt ${startedFrom.attempt}: ${startedFrom.because}`, width))}`
        : '';
      return `${label(`attempt ${attempt}`)} ${style.bold(who)} ${style.dim(`(${oneLine(reason, width)})`)}${from}`;
    }
    case 'attempt.finished': {
      const { attempt, outcome, durationMs, error } = event.data;
      const colour = outcome === 'passed' ? style.green : style.red;
      const why = error ? `: ${oneLine(error.what, width)}` : '';
      return `${label(`attempt ${attempt}`)} ${colour(outcome)}${why} ${style.dim(`after ${formatDuration(durationMs)}`)}`;
    }
    case 'agent.activity':
      return describeActivity(event.data, { style, width, detail });
    case 'check.started':
      return detail === 'full'
        ? `${label(checkLabel(event.data.on))} ${clean(event.data.name)} ${style.dim(oneLine(event.data.command, width))}`
        : null;
    case 'check.finished': {
      const { name, on, status, durationMs, problems, firstProblem } = event.data;
      const colour = status === 'passed' ? style.green : on === 'baseline' ? style.dim : style.red;
      const count = problems > 0 ? `, ${problems} problem${problems === 1 ? '' : 's'}` : '';
      const first =
        firstProblem && on === 'change'
          ? `\n${' '.repeat(12)}${style.dim(oneLine(firstProblem, width))}`
          : '';
      return `${label(checkLabel(on))} ${clean(name)} ${colour(status)}${count} ${style.dim(formatDuration(durationMs))}${first}`;
    }
    case 'verdict.reached': {
      const { status, summary, guards } = event.data;
      const colour = status === 'passed' ? style.green : status === 'failed' ? style.red : style.yellow;
      return `${label('verdict')} ${colour(status)} ${style.dim(oneLine(`${summary}${guardsText(guards)}`, width))}`;
    }
    case 'verification.repeated': {
      const { count, waitMs, reason } = event.data;
      return `${label('again')} ${style.yellow(`verified again (${count}) after ${formatDuration(waitMs)}: ${oneLine(reason, width)}`)}`;
    }
    case 'autofix.applied': {
      const { check, command, files } = event.data;
      const what = `${check}: ${command.join(' ')} mended ${files.join(', ')}`;
      return `${label('autofix')} ${style.green(oneLine(what, width))}`;
    }
    case 'run.answered': {
      const { by, answer } = event.data;
      return `${label('answered')} ${oneLine(by, 40)} said to go on${answer === '' ? '' : `: ${oneLine(answer, width)}`}`;
    }
  }
}

function describeActivity(
  { kind, name, text }: Extract<NewEvent, { type: 'agent.activity' }>['data'],
  { style, width, detail }: Pick<DescribeOptions, 'style' | 'width' | 'detail'>,
): string | null {
  const shown = name ? `${clean(name)} ` : '';
  if (detail === 'short') {
    if (kind === 'warning') return `${label('agent')} ${style.yellow(oneLine(text, width))}`;
    return kind === 'tool'
      ? `${label('agent')} ${style.dim(`${shown}${oneLine(describeToolCall(text), width - shown.length)}`)}`
      : null;
  }
  const colour = kind === 'message' ? (line: string) => line : kind === 'warning' ? style.yellow : style.dim;
  const body = clean(text.trimEnd())
    .split('\n')
    .map(colour)
    .join(`\n${' '.repeat(12)}`);
  return `${label(kind)} ${shown}${body}`;
}

function describeState(
  { to, error, waitReason }: Extract<NewEvent, { type: 'run.state-changed' }>['data'],
  { style, width }: DescribeOptions,
): string | null {
  if (to === 'running') return `${label('running')} ${style.dim('a worker has it')}`;
  if (to === 'waiting')
    return `${label('waiting')} ${style.yellow(waitReason && endsByItself(waitReason) ? 'for its model provider; it goes on by itself' : `for ${waitReason}`)}`;
  if (to === 'succeeded') return `${label('succeeded')} ${style.green('the run has ended')}`;
  if (to === 'queued' || to === 'starting') return null;
  return `${label(to.replace('_', ' '))} ${style.red(error ? oneLine(error.what, width) : 'the run has ended')}`;
}

const LABEL_WIDTH = 11;

function label(text: string): string {
  return text.padEnd(LABEL_WIDTH);
}

function checkLabel(on: 'baseline' | 'change'): string {
  return on === 'baseline' ? 'baseline' : 'check';
}
