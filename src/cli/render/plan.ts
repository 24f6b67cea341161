import type { PlanRevisionView } from '../../api/contract.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RevisionOutcome } from '../../domain/plan-review.ts';
import { clean, oneLine } from '../clean.ts';
import type { Terminal } from '../terminal.ts';

/** One revision in full: what led to it, the plan, what was decided about it. */
export function renderPlan(
  { revision, hash, plan, proposedAt, because, outcome }: PlanRevisionView,
  { style }: Pick<Terminal, 'style'>,
): string {
  const head = `${style.bold(`Revision ${revision}`)}  hash ${hash}  ${style.dim(`proposed ${proposedAt}`)}`;
  const before = because ? [`after it was ${describeOutcome(because)}`] : [];
  const after = [outcome ? describeOutcome(outcome) : style.yellow('not decided')];
  return [head, ...before, ...after, '', ...planAsLines(plan)].join('\n');
}

/** A line for each revision. */
export function renderRevisions(
  revisions: readonly PlanRevisionView[],
  { style, columns }: Pick<Terminal, 'style' | 'columns'>,
): string {
  const lines = revisions.map(({ revision, hash, outcome }) => {
    const what = outcome ? oneLine(describeOutcome(outcome), Math.max(20, columns - 24)) : 'not decided';
    return `  ${String(revision).padStart(2)}  ${hash}  ${style.dim(what)}`;
  });
  return ['Revisions:', ...lines].join('\n');
}

/** The plan as text, cleaned, a thought a line: what a difference is made of. */
export function planAsLines(plan: Plan): string[] {
  const subtasks = plan.subtasks.flatMap(({ id, title, description, dependsOn, acceptanceCriteria }) => [
    `${id}. ${title}${dependsOn.length > 0 ? ` (after ${dependsOn.join(', ')})` : ''}`,
    ...description.split('\n').map((line) => `   ${line}`),
    ...acceptanceCriteria.map((criterion) => `   - ${criterion}`),
  ]);
  const lines = [
    ...plan.summary.split('\n'),
    '',
    ...subtasks,
    ...section('Files', plan.filesInScope),
    ...section('Risks', plan.risks),
    ...section('Questions', plan.openQuestions, true),
    '',
    `About ${plan.estimateMinutes} minutes.`,
  ];
  return lines.map(clean);
}

function section(title: string, entries: readonly string[], numbered = false): string[] {
  if (entries.length === 0) return [];
  return [
    '',
    `${title}:`,
    ...entries.map((entry, index) => `  ${numbered ? `${index + 1}.` : '-'} ${entry}`),
  ];
}

function describeOutcome(outcome: RevisionOutcome): string {
  const by = `by ${oneLine(outcome.by, 40)} at ${outcome.at}`;
  if (outcome.kind === 'approved') return `approved ${by}`;
  if (outcome.kind === 'sent-back') return `sent back ${by}: ${clean(outcome.feedback)}`;
  const answers = outcome.answers.map(({ question, answer }) => `${question} ${answer}`);
  return `answered ${by}: ${clean(answers.join('; '))}`;
}
