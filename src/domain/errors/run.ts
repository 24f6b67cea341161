import { formatDuration } from '../../lib/deadline.ts';
import { defineErrors } from './definition.ts';

export const runErrors = defineErrors({
  'run.not-found': (f: { run: string }) => ({
    kind: 'permanent',
    what: `There is no run ${f.run}.`,
    why: 'No run in this data folder has that id, or an id that starts with it.',
    next: 'List the runs with: runyard runs',
  }),
  'run.ambiguous-id': (f: { run: string; matches: readonly string[] }) => ({
    kind: 'permanent',
    what: `"${f.run}" stands for more than one run.`,
    why: `It is the start of: ${f.matches.join(', ')}.`,
    next: 'Give more characters of the id.',
  }),
  'run.illegal-transition': (f: { run: string; from: string; to: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} cannot go from ${f.from} to ${f.to}.`,
    why: 'The table of legal transitions does not have that step, or another process moved the run first.',
    next: `Look at the run as it is now: runyard show ${f.run}`,
  }),
  'run.stale-owner': (f: { run: string; epoch: number }) => ({
    kind: 'permanent',
    what: `Epoch ${f.epoch} does not own run ${f.run} any more.`,
    why: 'Its lease ended and another worker took over, or the run ended. Nothing was written.',
    next: 'Nothing: the current owner carries on.',
  }),
  'run.ended': (f: { run: string; state: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} has already ended (${f.state}).`,
    why: 'A run that ended never changes again.',
    next: `See how it ended: runyard why ${f.run}`,
  }),
  'run.cancelled': (f: { by: string; reason: string }) => ({
    kind: 'permanent',
    what: `The run was cancelled by ${f.by}.`,
    why: f.reason,
    next: 'Work that was there is kept: runyard show <run> names the snapshot. Start again with: runyard run',
  }),
  'run.deadline-exceeded': (f: { limit: string; limitMs: number; stage: string }) => ({
    kind: 'permanent',
    what: `The ${f.limit} deadline of ${Math.round(f.limitMs / 1000)} s passed in stage ${f.stage}.`,
    why: 'The work took longer than its limit allows. It was saved before it was stopped.',
    next: 'Raise the limit (limits in runyard.yaml) or make the ticket smaller, then run it again.',
  }),
  'run.approval-expired': (f: { run: string; reason: string }) => ({
    kind: 'needs-human',
    what: `Nobody decided in time what run ${f.run} waited for (${f.reason}).`,
    why: 'A run never waits without a deadline.',
    next: 'Run the ticket again and decide earlier, or raise limits.approvalMs in runyard.yaml.',
  }),
  'run.expired-in-queue': (f: { run: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} was never started before it expired.`,
    why: 'It waited in the queue for longer than limits.queueMs allows.',
    next: 'Start a server (runyard serve) or raise scheduler.maxRuns, then run the ticket again.',
  }),
  'run.start-deadline-exceeded': (f: { run: string; limitMs: number }) => ({
    kind: 'permanent',
    what: `Run ${f.run} was admitted, but no worker took it within ${Math.round(f.limitMs / 60_000)} minutes.`,
    why: 'No node with a free place claimed it.',
    next: 'Check the nodes with: runyard doctor',
  }),
  'run.recovery-limit': (f: { run: string; recoveries: number; lastCause: string }) => ({
    kind: 'needs-human',
    what: `Run ${f.run} lost its worker ${f.recoveries} times and was stopped.`,
    why: `A run that kills its workers is not tried for ever. The last loss: ${f.lastCause}`,
    next: `Read the last output with: runyard logs ${f.run}`,
  }),
  'run.parking-limit': (f: {
    run: string;
    provider: string;
    parkedMs: number;
    limitMs: number;
    cause: string;
  }) => ({
    kind: 'needs-human',
    what: `Run ${f.run} could not wait for ${f.provider} any longer.`,
    why: `${f.cause} It has waited ${formatDuration(f.parkedMs)} for providers; with the next wait it would be more than limits.parkMs allows (${formatDuration(f.limitMs)}).`,
    next: 'See what is wrong with the provider: runyard doctor --probe. Then run the ticket again, with another model if need be (--model).',
  }),
  'run.wrong-plan-hash': (f: { run: string; given: string; expected: string }) => ({
    kind: 'permanent',
    what: 'The approval names another plan than the one that waits.',
    why: `It names ${f.given}, the plan that waits is ${f.expected}. An approval counts for one plan only.`,
    next: `Read the plan (runyard show ${f.run}), then: runyard approve ${f.run} --plan ${f.expected}`,
  }),
  'run.wrong-commit': (f: { run: string; given: string; expected: string }) => ({
    kind: 'permanent',
    what: 'The approval names another change than the one that waits.',
    why: `It names ${f.given}, what waits is ${f.expected}. An approval counts for one commit only, by at least 7 characters of it.`,
    next: `Look at the change (runyard diff ${f.run}), then: runyard approve ${f.run} --change ${f.expected}`,
  }),
  'run.wrong-attempt': (f: { run: string; given: number; expected: string }) => ({
    kind: 'permanent',
    what: 'The run does not ask anything after that attempt.',
    why: `Attempt ${f.given} was named; the one that waits for an answer is ${f.expected}.`,
    next: `See what it asks: runyard why ${f.run}`,
  }),
  'run.not-waiting': (f: { run: string; state: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} does not wait for an approval.`,
    why: `It is ${f.state}.`,
    next: `See what it does: runyard why ${f.run}`,
  }),
  'run.nothing-committed': (f: { run: string; state: string }) => ({
    kind: 'retryable',
    what: `Run ${f.run} has no commit yet.`,
    why: `It is ${f.state}; there is something to show once an attempt has ended.`,
    next: `See what it does: runyard logs ${f.run} --follow`,
  }),
  'run.nothing-delivered': (f: { run: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} delivered no commit.`,
    why: 'It ended before a verified commit was delivered, so there is nothing to show or to undo.',
    next: `See how it ended: runyard why ${f.run}`,
  }),
  'run.change-elsewhere': (f: { run: string; commit: string }) => ({
    kind: 'needs-human',
    what: `The change of run ${f.run} (commit ${f.commit.slice(0, 12)}) is not on this node.`,
    why: 'It was made on another node, is in that node’s data folder, and was not delivered to the source repository.',
    next: 'Ask that node, or let all nodes keep commits in one folder: artifacts.dir in runyard.yaml.',
  }),
  'run.not-ended': (f: { run: string; state: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} has not ended yet.`,
    why: `It is ${f.state}. Only a run that has ended can be run again or be marked as seen.`,
    next: `See what it does: runyard why ${f.run}. To end it first: runyard cancel ${f.run}`,
  }),
  'run.attempt-not-kept': (f: { run: string; attempt: number }) => ({
    kind: 'permanent',
    what: `Nothing was kept of attempt ${f.attempt} of run ${f.run}.`,
    why: 'There was no such attempt, it changed nothing, or it was interrupted before its work was stored.',
    next: `See its attempts: runyard show ${f.run} --attempts`,
  }),
  'run.nothing-saved': (f: { run: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} has no saved work.`,
    why: 'Nothing was changed in its work tree, or its work was removed by the retention limits.',
    next: `See what happened: runyard why ${f.run}`,
  }),
  'run.no-such-saved-work': (f: { run: string; name: string; known: readonly string[] }) => ({
    kind: 'permanent',
    what: `Run ${f.run} saved nothing called "${f.name}".`,
    why: f.known.length > 0 ? `It has: ${f.known.join(', ')}.` : 'It has no saved work at all.',
    next: `List it with: runyard salvage ${f.run} --list`,
  }),
  'run.source-not-local': (f: { run: string; repository: string }) => ({
    kind: 'permanent',
    what: `The source ${f.repository} is no local repository, so no branch was made.`,
    why: 'Unfinished work is not pushed to where others would see it.',
    next: `Write it into a folder as a patch: runyard salvage ${f.run} --into <folder>`,
  }),
  'run.unverified': (_f: { reason: string }) => ({
    kind: 'needs-human',
    what: 'The change could not be verified.',
    why: _f.reason,
    next: 'Add checks (checks in runyard.yaml), or accept unverified changes with --allow-unverified.',
  }),
  'run.ladder-exhausted': (f: { attempts: number; lastFailure: string; standstill: string | null }) => ({
    kind: 'permanent',
    what: `No attempt passed the checks (${f.attempts} tried).`,
    why: `${f.standstill === null ? '' : `It stood still, and the ladder has no other agent or model to try: ${f.standstill}. `}The last one failed with: ${f.lastFailure}`,
    next: 'Read what was tried with runyard why <run>; make the ticket more precise, or add a stronger model to the ladder.',
  }),
  'run.unexpected': (f: { detail: string }) => ({
    kind: 'permanent',
    what: 'Runyard hit an error of its own.',
    why: f.detail,
    next: 'The work is kept. Please report this with the output of: runyard show <run> --json',
  }),
});
