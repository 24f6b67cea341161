import { defineErrors } from './definition.ts';

export const planErrors = defineErrors({
  'plan.malformed': (f: { problems: readonly string[] }) => ({
    kind: 'permanent',
    what: 'The planner did not give a usable plan, even after it was told what was wrong.',
    why: `The answer broke these rules: ${f.problems.slice(0, 5).join('; ')}`,
    next: 'Run it again, choose another planning model (models.plan in runyard.yaml), or go without a plan: --no-plan',
  }),
  'plan.no-model': (_f: { setting: string }) => ({
    kind: 'needs-human',
    what: 'A plan was asked for, but no model is configured for planning.',
    why: `${_f.setting} is not set and no model was given.`,
    next: 'Give one with --model provider/model, set models.plan in runyard.yaml, or go without a plan: --no-plan',
  }),
  'plan.not-waiting': (f: { run: string; state: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} does not wait with a plan.`,
    why: `It is ${f.state}. What is said of a plan counts only while that plan waits, and only once.`,
    next: `See what it does: runyard why ${f.run}`,
  }),
  'plan.other-waits': (f: { run: string; given: string; expected: string }) => ({
    kind: 'permanent',
    what: `Run ${f.run} waits with another plan than the one that was named.`,
    why: `What was said names ${f.given}, the plan that waits is ${f.expected}. It counts for one plan only.`,
    next: `Read the plan that waits: runyard plan ${f.run}`,
  }),
  'plan.no-such-question': (f: { run: string; question: string; known: readonly string[] }) => ({
    kind: 'permanent',
    what: `The plan of run ${f.run} does not ask "${f.question}".`,
    why:
      f.known.length === 0
        ? 'It has no open question.'
        : `It asks: ${f.known.map((question, index) => `${index + 1}. ${question}`).join(' ')}`,
    next:
      f.known.length === 0
        ? `Approve the plan or send it back: runyard plan ${f.run}`
        : `Name a question by its number or in its own words: runyard answer ${f.run} "1=..."`,
  }),
  'plan.too-many-revisions': (f: { run: string; most: number; hash: string }) => ({
    kind: 'permanent',
    what: `The plan of run ${f.run} has been revised as often as it may be.`,
    why: `A plan may have ${f.most} revision${f.most === 1 ? '' : 's'} (plan.maxRevisions when the run was accepted), and this is the last one.`,
    next: `Approve it (runyard approve ${f.run} --plan ${f.hash}), or end the run (runyard cancel ${f.run}) and write the ticket more precisely.`,
  }),
  'plan.unanswered': (f: { run: string; questions: readonly string[] }) => ({
    kind: 'needs-human',
    what: `Nobody answered in time what the planner of run ${f.run} asked.`,
    why: `A run never waits without a deadline, and never goes on with a guess nobody approved. It asked: ${f.questions.join(' ')}`,
    next: 'Put the answers into the ticket and run it again. To wait longer raise limits.approvalMs; to let the planner decide set plan.waitForAnswers: ignore in runyard.yaml.',
  }),
});
