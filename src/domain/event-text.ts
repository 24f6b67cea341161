import type { NewEvent } from './events.ts';
import { guardsText } from './guard-policy.ts';

const LONGEST = 500;

/** An event in one line of plain text, for programs and models that read along; control characters are removed. */
export function eventText(event: NewEvent): string {
  const line = textOf(event)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function textOf({ type, data }: NewEvent): string {
  switch (type) {
    case 'run.accepted':
      return `${data.title} (${data.repository})`;
    case 'run.state-changed':
      return [data.from ? `${data.from} to ${data.to}` : data.to, data.waitReason, data.error?.what]
        .filter(Boolean)
        .join(': ');
    case 'run.recovered':
      return `taken up again (${data.recoveries}): ${data.cause}`;
    case 'run.stop-requested':
      return `${data.mode} by ${data.by}: ${data.reason}`;
    case 'run.warning':
      return data.message;
    case 'stage.started':
      return `${data.stage} started`;
    case 'stage.finished':
      return `${data.stage} done after ${data.durationMs} ms`;
    case 'workspace.made':
      return `${data.strategy}: ${data.why}`;
    case 'plan.proposed':
      return `plan ${data.hash}, revision ${data.revision}: ${data.plan.summary}`;
    case 'plan.approved':
      return `plan ${data.hash} approved by ${data.by}`;
    case 'plan.sent-back':
      return `plan ${data.hash} sent back by ${data.by}: ${data.feedback}`;
    case 'plan.answered':
      return `${data.by} answered: ${data.answers.map(({ question, answer }) => `${question} ${answer}`).join('; ')}`;
    case 'run.retried':
      return `${data.by} had it again as run ${data.run}`;
    case 'change.accepted':
      return `commit ${data.commit} accepted by ${data.by}`;
    case 'review.finished':
      return `${data.stage} review ${data.round} ${data.status}, ${data.blocking} of ${data.findings.length} findings send it back: ${data.summary}`;
    case 'verification.repeated':
      return `verified again (${data.count}) after ${data.waitMs} ms: ${data.reason}`;
    case 'autofix.applied':
      return `${data.check}: ${data.command.join(' ')} mended ${data.files.join(', ')}`;
    case 'run.answered':
      return `${data.by} said to go on after attempt ${data.attempt}${data.answer === '' ? '' : `: ${data.answer}`}`;
    case 'snapshot.saved':
      return `${data.ref}: ${data.reason}`;
    case 'lessons.offered':
      return `attempt ${data.attempt} was told of ${data.lessons.map(({ id, category }) => `${id} (${category})`).join(', ')}`;
    case 'run.delivered':
      return `${data.commit} on ${data.branch}, ${data.verified ? 'verified' : 'UNVERIFIED'}`;
    case 'receipt.signed':
      return `receipt of ${data.commit} signed with key ${data.keyId}`;
    case 'run.rolled-back':
      return `${data.mode} of ${data.branch} by ${data.by}, now at ${data.commit}`;
    case 'run.summary':
      return `${data.attempts} attempts, ${data.usage.turns} turns`;
    default:
      return attemptText({ type, data } as AttemptEvent);
  }
}

type AttemptEvent = Extract<
  NewEvent,
  { type: `attempt.${string}` | `agent.${string}` | `check.${string}` | 'verdict.reached' }
>;

function attemptText({ type, data }: AttemptEvent): string {
  switch (type) {
    case 'attempt.started':
      return `attempt ${data.attempt} with ${[data.agent, data.model].filter(Boolean).join(', ')}: ${data.reason}${data.startedFrom ? `; starts from attempt ${data.startedFrom.attempt}: ${data.startedFrom.because}` : ''}`;
    case 'attempt.finished':
      return `attempt ${data.attempt} ${data.outcome}${data.error ? `: ${data.error.what}` : ''}`;
    case 'agent.activity':
      return [data.kind, data.name, data.text].filter(Boolean).join(' ');
    case 'agent.stuck':
      return `quiet for ${data.quietMs} ms: ${data.reasons.join(', ')}`;
    case 'check.started':
      return `${data.name} on the ${data.on}: ${data.command}`;
    case 'check.finished':
      return `${data.name} on the ${data.on} ${data.status}, ${data.problems} problems${data.firstProblem ? `: ${data.firstProblem}` : ''}`;
    case 'verdict.reached':
      return `${data.status}: ${data.summary}${guardsText(data.guards)}`;
    default:
      return '';
  }
}
