import { formatDuration } from '../lib/deadline.ts';
import type { AttemptRecord } from './attempt.ts';
import { breakersOf, explainParking, explainPause } from './explain-parking.ts';
import type { Explanation, ExplanationInput, Situation } from './explanation.ts';
import { openFindings } from './review.ts';
import type { Rollback } from './run.ts';
import { endsByItself, isTerminal } from './run-state.ts';

export function explainRun(input: ExplanationInput): Explanation {
  const { run } = input;
  const common = { state: run.state, tried: tried(input), saved: saved(input) };
  if (run.error && isTerminal(run.state)) {
    const evidence = [
      run.error.why,
      ...run.error.causes.map((cause) => `Caused by: ${cause}`),
      ...lastVerdict(input),
    ];
    const giveBack = common.saved.length > 0 ? [`Get the saved work back: runyard salvage ${run.id}`] : [];
    const next = [run.error.next, ...giveBack];
    return { ...common, class: run.error.code, headline: run.error.what, evidence, next };
  }
  if (run.state === 'succeeded') return { ...common, ...succeeded(input) };
  if (run.state === 'waiting') return { ...common, ...waiting(input) };
  if (run.state === 'queued' || run.state === 'starting') return { ...common, ...notStarted(input) };
  return { ...common, ...running(input) };
}

function succeeded({ run: { delivery, id }, rollback }: ExplanationInput): Situation {
  const verified = delivery?.verified === true;
  const evidence = delivery ? [`Commit ${delivery.commit} on ${delivery.branch}.`] : [];
  if (rollback) {
    return {
      class: 'succeeded.rolled-back',
      headline: `Delivered${verified ? '' : ' WITHOUT verification'}, and rolled back since.`,
      evidence: [...evidence, describeRollback(rollback)],
      next: [`Look at what the change was: runyard diff ${id}`],
    };
  }
  return {
    class: verified ? 'succeeded' : 'succeeded.unverified',
    headline: verified
      ? 'Delivered: the checks passed on exactly this commit.'
      : 'Delivered WITHOUT verification, because --allow-unverified was given.',
    evidence,
    next: [`Look at the change: runyard diff ${id}`, `Undo it: runyard rollback ${id}`],
  };
}

function describeRollback({ mode, branch, commit, by, at, found }: Rollback): string {
  const when = at.toISOString();
  if (found) return `It was found undone at ${when}: ${branch} was at ${commit}.`;
  const how = mode === 'reset' ? `set back to ${commit}` : `reverted with commit ${commit}`;
  return `${by} rolled it back at ${when}: ${branch} was ${how}.`;
}

function waiting(input: ExplanationInput): Situation {
  const { run, now } = input;
  if (endsByItself(run.waitReason)) return explainParking(input);
  const { waitDetail, waitReason, waitUntil, id } = run;
  const left = waitUntil
    ? formatDuration(Math.max(0, waitUntil.getTime() - now.getTime()))
    : 'an unknown time';
  const questions = waitDetail?.questions ?? [];
  const next: string[] = [];
  if (waitDetail?.planHash) {
    const plan = `--plan ${waitDetail.planHash}`;
    if (questions.length > 0) next.push(`Answer: runyard answer ${id} ${plan} "1=..."`);
    next.push(
      `Read the plan: runyard plan ${id}`,
      `Approve it: runyard approve ${id} ${plan}`,
      `Or have it planned again: runyard send-back ${id} ${plan} --feedback "..."`,
    );
  } else if (waitDetail?.commit) {
    next.push(
      `Look at the change: runyard diff ${id}`,
      waitDetail.verified
        ? `Accept exactly this commit, which is then delivered: runyard approve ${id} --change ${waitDetail.commit}`
        : `Accept it although nothing verified it: runyard approve ${id} --unverified ${waitDetail.commit}`,
    );
  }
  if (waitDetail?.attempt !== undefined) {
    const approve = `runyard approve ${id} --attempt ${waitDetail.attempt}`;
    next.push(
      `When it is mended, have the same commit verified again: ${approve}`,
      `Or tell the next attempt what to do: ${approve} --answer "..."`,
    );
  }
  next.push(`Or end it: runyard cancel ${id}`);
  return {
    class: `waiting.${waitReason ?? 'unknown'}`,
    headline: waitDetail?.reason ?? `It waits (${waitReason}).`,
    evidence: [
      ...questions.map((question, index) => `Question ${index + 1}: ${question}`),
      ...(waitDetail?.verified ? [`Commit ${waitDetail.commit?.slice(0, 12)} passed its checks.`] : []),
      ...(waitDetail?.asks ?? []).map((ask) => `Guard ${ask}`),
      ...findingsOn(input, waitDetail?.commit ?? null),
      `It ends by itself in ${left} if nobody decides (${waitUntil?.toISOString() ?? 'no deadline'}).`,
    ],
    next,
  };
}

const MOST_FINDINGS = 10;

/** What the reviews of a commit would have sent back. */
function findingsOn({ run, attempts }: ExplanationInput, commit: string | null): string[] {
  const reviewed = commit === null ? undefined : attempts.findLast((attempt) => attempt.commit === commit);
  return openFindings(reviewed, run.spec?.reviews)
    .slice(0, MOST_FINDINGS)
    .map(({ stage, severity, place, title }) => `${stage} review, ${severity}: ${place}${title}`);
}

/** A run that waited for a person or for a provider comes back into the queue: only the time since then is its own. */
function queuedSince({ run, events }: ExplanationInput): Date {
  const back = events.findLast((event) => event.type === 'run.state-changed' && event.data.to === 'queued');
  return back?.at ?? run.createdAt;
}

function notStarted(input: ExplanationInput): Situation {
  const { run, now } = input;
  const pausing =
    run.state === 'queued' ? breakersOf(input).find(({ state }) => state !== 'closed') : undefined;
  if (pausing) return explainPause(input, pausing);
  const waited = formatDuration(now.getTime() - queuedSince(input).getTime());
  const deadline = run.state === 'queued' ? run.expiresAt : run.startDeadlineAt;
  return {
    class: run.state,
    headline:
      run.state === 'queued'
        ? `It has waited in the queue for ${waited}.`
        : 'It is admitted and waits for a worker.',
    evidence: [
      'It starts when a place is free: at most scheduler.maxRuns run at once, and one of a repository unless more are allowed.',
      `Deadline: ${deadline?.toISOString() ?? 'none'}.`,
    ],
    next: [
      'See why it waits and what is before it: runyard queue',
      'Make sure a server runs: runyard doctor',
    ],
  };
}

function running({ run, now, activity, events }: ExplanationInput): Situation {
  const left = run.deadlineAt
    ? formatDuration(Math.max(0, run.deadlineAt.getTime() - now.getTime()))
    : 'an unknown time';
  const evidence = [`Worker ${run.owner}, epoch ${run.epoch}.`, `At most ${left} left until its deadline.`];
  if (run.recoveries > 0) evidence.push(`Recovered ${run.recoveries} time(s) after its worker was lost.`);
  if (activity) {
    const age = formatDuration(Math.max(0, now.getTime() - activity.at.getTime()));
    evidence.push(`Its worker said ${age} ago: ${activity.text}.`);
  }
  const stuck = events.filter((event) => event.type === 'agent.stuck').length;
  if (stuck > 0) evidence.push(`Its agent seemed stuck ${stuck} time(s).`);
  if (run.stopIntent) evidence.push(`A stop was asked for by ${run.stopIntent.by}: ${run.stopIntent.reason}`);
  return {
    class: 'running',
    headline: `It is in stage ${run.stage ?? 'prepare'}, attempt ${Math.max(1, run.attempt)}.`,
    evidence,
    next: [`Follow it: runyard logs ${run.id} --follow`, `End it: runyard cancel ${run.id}`],
  };
}

function tried({ attempts, events }: ExplanationInput): string[] {
  const reasons = new Map(
    events.flatMap((event) =>
      event.type === 'attempt.started' ? [[event.data.attempt, event.data.reason] as const] : [],
    ),
  );
  return attempts.map((attempt) => {
    const reason = reasons.get(attempt.number);
    const escalated = reason?.startsWith('escalated') ? `, ${reason}` : '';
    const who = attempt.model ? `${attempt.agent} with ${attempt.model}` : attempt.agent;
    const problems = attempt.verdict?.introduced.length ?? 0;
    const detail =
      attempt.error?.what ?? (problems > 0 ? `${problems} new problem${problems === 1 ? '' : 's'}` : '');
    return `Attempt ${attempt.number} (${who})${escalated}${startOf(attempt)}: ${attempt.outcome}${detail ? `: ${detail}` : ''}${mended(attempt)}`;
  });
}

function startOf({ startedFrom }: AttemptRecord): string {
  if (!startedFrom) return '';
  const { attempt, rolledBack, because } = startedFrom;
  return rolledBack ? `, rolled back to attempt ${attempt} because ${because}` : `, from attempt ${attempt}`;
}

function mended({ autofixes = [] }: AttemptRecord): string {
  const by = autofixes.map(({ command }) => command.join(' ')).join(', ');
  return by === '' ? '' : `, mended by ${by}, without a model`;
}

function lastVerdict({ attempts }: ExplanationInput): string[] {
  const verdict = attempts.at(-1)?.verdict;
  if (!verdict) return [];
  const failing = verdict.results.filter((result) => result.status !== 'passed');
  const checks = failing.map((result) => `Check ${result.check.name}: ${result.status}.`);
  const problems = verdict.introduced.slice(0, 5).map((problem) => {
    const place = problem.file ? `${problem.file}${problem.line ? `:${problem.line}` : ''} ` : '';
    return `${place}${problem.message}`;
  });
  return [...checks, ...problems];
}

function saved({ run, events, attempts }: ExplanationInput): string[] {
  const lines = events.flatMap((event) =>
    event.type === 'snapshot.saved'
      ? [`${event.data.ref} (${event.data.reason}), commit ${event.data.commit.slice(0, 12)}`]
      : [],
  );
  if (run.delivery) return lines;
  const commit = attempts.findLast((attempt) => attempt.commit)?.commit;
  return commit
    ? [...lines, `The last attempt's commit ${commit.slice(0, 12)}, in the run's artifacts.`]
    : lines;
}
